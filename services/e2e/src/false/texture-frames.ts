// Frames of things on earth that have many small bright places.
import { addNoise, addSpot, blank, type Canvas, fill, type Random } from './canvas.js';

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { abs, cos, floor, sin } = Math;

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();

/** Fractal noise over eight octaves, as clouds and rock have it. */
export function clouds(random: Random): Canvas {
  const canvas = blank(random, 8000);
  const roughness = between(random, 0.45, 0.75);
  for (let cell = 256, weight = 20_000; cell >= 2; cell /= 2, weight *= roughness)
    addOctave(canvas, cell, weight, random);
  addNoise(canvas, 100, random);
  return canvas;
}

/** Random values on a grid of `cell` pixels, linear between them. */
function addOctave({ width, height, pixels }: Canvas, cell: number, weight: number, random: Random): void {
  const columns = floor(width / cell) + 2;
  const values = Float64Array.from({ length: columns * (floor(height / cell) + 2) }, () => random.uniform() - 0.5);
  const value = (column: number, row: number) => values[row * columns + column] as number;
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [(at % width) / cell, floor(at / width) / cell];
    const [column, row] = [floor(x), floor(y)];
    const [right, down] = [x - column, y - row];
    const top = value(column, row) * (1 - right) + value(column + 1, row) * right;
    const bottom = value(column, row + 1) * (1 - right) + value(column + 1, row + 1) * right;
    pixels[at] = (pixels[at] as number) + weight * (top * (1 - down) + bottom * down);
  }
}

/** A wall of bricks, or a floor of tiles: the same shape again and again, in straight rows. */
export function bricks(random: Random): Canvas {
  const canvas = blank(random, between(random, 4000, 30_000));
  const [long, high] = [between(random, 16, 80), between(random, 10, 40)];
  const [joint, shift] = [between(random, 1, 4), random.uniform() < 0.5 ? 0 : 0.5];
  const [base, spread] = [between(random, 10_000, 40_000), between(random, 0, 12_000)];
  for (let row = 0; row * high < canvas.height; row++) {
    const offset = (row % 2) * shift * long;
    for (let left = -offset; left < canvas.width; left += long) {
      const box = { left: left + joint, right: left + long, top: row * high + joint, bottom: (row + 1) * high };
      fill(canvas, box, base + spread * random.normal());
    }
  }
  addNoise(canvas, 600, random);
  return canvas;
}

/** Leaves on leaves, with the bright sky between them here and there. */
export function foliage(random: Random): Canvas {
  const canvas = blank(random, between(random, 20_000, 60_000));
  const leaves = floor(between(random, 1500, 5000));
  for (let leaf = 0; leaf < leaves; leaf++) addLeaf(canvas, between(random, 5, 26), random);
  addNoise(canvas, 500, random);
  return canvas;
}

function addLeaf({ width, height, pixels }: Canvas, length: number, random: Random): void {
  const [x0, y0] = [random.uniform() * width, random.uniform() * height];
  const [angle, slim] = [between(random, 0, Math.PI), between(random, 0.25, 0.6)];
  const shade = between(random, 1500, 14_000);
  for (let y = Math.ceil(Math.max(0, y0 - length)); y <= Math.min(height - 1, y0 + length); y++) {
    for (let x = Math.ceil(Math.max(0, x0 - length)); x <= Math.min(width - 1, x0 + length); x++) {
      const along = (x - x0) * cos(angle) + (y - y0) * sin(angle);
      const across = (y - y0) * cos(angle) - (x - x0) * sin(angle);
      if ((along / length) ** 2 + (across / (length * slim)) ** 2 > 1) continue;
      pixels[y * width + x] = shade * (1 + 0.5 * (1 - abs(across) / (length * slim)));
    }
  }
}

/** Houses at night: lit windows in rows, and lamps. */
export function cityAtNight(random: Random): Canvas {
  const canvas = blank(random, 1500);
  for (let left = 0; left < canvas.width; ) {
    const wide = between(random, 40, 140);
    addHouse(canvas, { left, right: left + wide, top: canvas.height * between(random, 0.1, 0.7) }, random);
    left += wide;
  }
  for (let lamp = 0; lamp < 40; lamp++) {
    const [x, y] = [random.uniform() * canvas.width, canvas.height * between(random, 0.3, 1)];
    addSpot(canvas, x, y, between(random, 5000, 60_000), between(random, 0.8, 3));
  }
  addNoise(canvas, 80, random);
  return canvas;
}

function addHouse(canvas: Canvas, wall: { left: number; right: number; top: number }, random: Random): void {
  fill(canvas, { ...wall, bottom: canvas.height }, between(random, 600, 2500));
  const [step, storey, lit] = [between(random, 6, 16), between(random, 8, 20), between(random, 0.1, 0.6)];
  for (let top = wall.top + 4; top < canvas.height; top += storey) {
    for (let left = wall.left + 3; left + step < wall.right; left += step) {
      if (random.uniform() > lit) continue;
      const box = { left, right: left + step * 0.6, top, bottom: top + storey * 0.5 };
      fill(canvas, box, between(random, 6000, 60_000));
    }
  }
}

/** Lines of glyphs of no script, dark on light or light on dark. */
export function text(random: Random): Canvas {
  const light = random.uniform() < 0.5;
  const canvas = blank(random, light ? 55_000 : 2000);
  const dot = floor(between(random, 1, 4));
  const alphabet = Array.from({ length: 26 }, () => Array.from({ length: 35 }, () => random.uniform() < 0.5));
  for (let top = 10; top + 8 * dot < canvas.height - 10; top += 11 * dot) {
    for (let left = 10; left + 6 * dot < canvas.width - 10; left += 6 * dot) {
      if (random.uniform() < 0.17) continue;
      const glyph = alphabet[floor(random.uniform() * alphabet.length)] ?? [];
      addGlyph(canvas, glyph, { left, top, dot, level: light ? 5000 : 50_000 });
    }
  }
  addNoise(canvas, 300, random);
  return canvas;
}

function addGlyph(
  canvas: Canvas,
  glyph: readonly boolean[],
  { left, top, dot, level }: { left: number; top: number; dot: number; level: number },
): void {
  for (const [index, isSet] of glyph.entries()) {
    if (!isSet) continue;
    const [x, y] = [left + (index % 5) * dot, top + floor(index / 5) * dot];
    fill(canvas, { left: x, right: x + dot, top: y, bottom: y + dot }, level);
  }
}
