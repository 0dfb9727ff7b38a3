// A client of server-sent events, for tests.
export interface ReceivedEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export class EventClient {
  readonly #cut: AbortController;
  readonly #events: AsyncGenerator<ReceivedEvent>;

  private constructor(
    readonly response: Response,
    cut: AbortController,
  ) {
    this.#cut = cut;
    this.#events = read(response);
  }

  /** Throws an Error for an answer that is no stream. */
  static async open(url: string, lastId?: number): Promise<EventClient> {
    const cut = new AbortController();
    const resume: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': String(lastId) };
    const headers = { accept: 'text/event-stream', ...resume };
    const response = await fetch(url, { headers, signal: cut.signal });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new EventClient(response, cut);
  }

  /** Undefined when the stream has ended. */
  async next(): Promise<ReceivedEvent | undefined> {
    const { value } = await this.#events.next();
    return value ?? undefined;
  }

  /** Everything up to the end of the stream. */
  async rest(): Promise<ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) events.push(event);
    return events;
  }

  /** As with a cable that is pulled. */
  cut(): void {
    this.#cut.abort();
  }
}

async function* read(response: Response): AsyncGenerator<ReceivedEvent> {
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${piece}`.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id, type, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (id && type && data) yield { id: Number(id), type, data: JSON.parse(data) };
    }
  }
}
