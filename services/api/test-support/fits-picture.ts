// A FITS file with the cards a test wants and a little data.

/** Values as they stand in a card: texts with their quotes. */
export function fits(cards: Record<string, string | number>): Buffer {
  const all = { SIMPLE: 'T', BITPIX: 8, NAXIS: 2, NAXIS1: 600, NAXIS2: 400, ...cards };
  const lines = Object.entries(all).map(([keyword, value]) => {
    const text = String(value);
    return `${keyword.padEnd(8)}= ${text.startsWith("'") ? text : text.padStart(20)}`.padEnd(80);
  });
  const header = `${lines.join('')}${'END'.padEnd(80)}`;
  return Buffer.concat([
    Buffer.from(header.padEnd(Math.ceil(header.length / 2880) * 2880), 'latin1'),
    Buffer.alloc(2880),
  ]);
}
