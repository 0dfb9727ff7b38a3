// Reads server-sent events (WHATWG HTML §9.2) from text that comes in pieces. Pure.

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** Far more than any event of ours; whoever sends such a line is no Astrogate. */
const longestLine = 1_000_000;

export class EventReader {
  /** The id of the last event; undefined: there was none. It stays for the next connection. */
  lastId: string | undefined;
  /** What the server wants to pass before somebody comes back, milliseconds. */
  retryMs: number | undefined;
  #rest = '';
  #type = '';
  #data: string[] = [];
  #id: string | undefined;

  /** The events that `text` completes. Throws RangeError for a line without an end. */
  read(text: string): ServerEvent[] {
    const lines = `${this.#rest}${text}`.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longestLine) throw new RangeError('the line is too long');
    return lines.flatMap((line) => this.#line(line));
  }

  /** What a connection has begun and not ended is of no use with the next one. */
  reset(): void {
    this.#rest = '';
    this.#type = '';
    this.#data = [];
    this.#id = undefined;
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#end();
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') this.#type = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
    if (field === 'retry' && /^\d{1,6}$/.test(value)) this.retryMs = Number(value);
    return [];
  }

  #end(): ServerEvent[] {
    const event = { type: this.#type || 'message', data: this.#data.join('\n') };
    const isWhole = this.#data.length > 0;
    this.lastId = this.#id ?? this.lastId;
    this.#type = '';
    this.#data = [];
    this.#id = undefined;
    return isWhole ? [event] : [];
  }
}
