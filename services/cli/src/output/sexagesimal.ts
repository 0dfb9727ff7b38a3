// Degrees as hours, minutes and seconds, and back from what people type. Rounding happens once, on the smallest
// unit, so that 59.9999 seconds never become "60".

/** `degrees` of right ascension as "hh:mm:ss.ss", 00:00:00.00 to 23:59:59.99. */
export function formatRa(degrees: number): string {
  const day = 24 * 3600 * 100;
  const hundredths = Math.round((degrees / 15) * 3600 * 100) % day;
  return split(hundredths, 2);
}

/** `degrees` of declination as "+dd:mm:ss.s". The sign is that of the rounded value, and zero has a plus. */
export function formatDec(degrees: number): string {
  const tenths = Math.round(Math.abs(degrees) * 3600 * 10);
  return `${degrees < 0 && tenths > 0 ? '-' : '+'}${split(tenths, 1)}`;
}

function split(fractions: number, decimals: 1 | 2): string {
  const perSecond = 10 ** decimals;
  const seconds = Math.floor(fractions / perSecond);
  const pad = (value: number, width = 2) => String(value).padStart(width, '0');
  const whole = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part));
  return `${whole.join(':')}.${pad(fractions % perSecond, decimals)}`;
}
