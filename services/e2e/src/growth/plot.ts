// Draws series of points as one SVG of panels, two in a row. Pure.

export interface Point {
  x: number;
  y: number;
}

export interface Panel {
  title: string;
  xLabel: string;
  yLabel: string;
  points: readonly Point[];
  /** A remark below the title. */
  note?: string;
}

const size = { width: 440, height: 300 } as const;
const frame = { left: 56, right: 16, top: 52, bottom: 44 } as const;
const plot = {
  width: size.width - frame.left - frame.right,
  height: size.height - frame.top - frame.bottom,
} as const;

/** Grey on white, in the reader's own font; nothing is loaded from anywhere. */
export function drawPanels(panels: readonly Panel[], caption: string): string {
  const rows = Math.ceil(panels.length / 2);
  const [width, height] = [2 * size.width, rows * size.height + 28];
  const drawn = panels.map((panel, at) => {
    const [x, y] = [(at % 2) * size.width, Math.floor(at / 2) * size.height];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">`,
    `<title>${safe(panels.map(({ title }) => title).join(', '))}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...drawn,
    text(width / 2, height - 10, caption, 'middle', 'fill="#777"'),
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, note, xLabel, yLabel, points }: Panel): string {
  const [xTicks, yTicks] = [ticks(points.map(({ x }) => x)), ticks(points.map(({ y }) => y))];
  const across = (x: number) => frame.left + (x / (xTicks.at(-1) ?? 1)) * plot.width;
  const up = (y: number) => frame.top + plot.height - (y / (yTicks.at(-1) ?? 1)) * plot.height;
  const bottom = frame.top + plot.height;
  const line = points.map(({ x, y }) => `${round(across(x))},${round(up(y))}`).join(' ');
  return [
    text(frame.left, 20, title, 'start', 'font-size="14" font-weight="600"'),
    note ? text(frame.left, 37, note, 'start', 'fill="#777" font-size="11"') : '',
    ...yTicks.map((y) => {
      const rule = `<path d="M${frame.left} ${round(up(y))}h${plot.width}" stroke="#e3e3e3"/>`;
      return rule + text(frame.left - 6, up(y) + 4, format(y), 'end');
    }),
    ...xTicks.map((x) => text(across(x), bottom + 16, format(x), 'middle')),
    text(frame.left + plot.width / 2, bottom + 34, xLabel, 'middle'),
    `<g transform="rotate(-90 14 ${frame.top + plot.height / 2})">${text(14, frame.top + plot.height / 2, yLabel, 'middle')}</g>`,
    `<polyline points="${line}" fill="none" stroke="#2166ac" stroke-width="2"/>`,
    ...points.map(({ x, y }) => `<circle cx="${round(across(x))}" cy="${round(up(y))}" r="3.5" fill="#2166ac"/>`),
  ].join('\n');
}

/** From 0 to a round number at or above the greatest value, in four to seven steps. */
export function ticks(values: readonly number[]): number[] {
  const greatest = Math.max(...values, Number.MIN_VALUE);
  const rough = greatest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(greatest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(6)));
}

const round = (pixels: number): string => pixels.toFixed(1);
const format = (value: number): string => String(value);

function text(x: number, y: number, content: string, anchor: string, style = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${style}>${safe(content)}</text>`;
}

const safe = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
