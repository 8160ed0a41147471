const SHADE_SIDE = 192;

/**
 * How crowded the map is, as steps of depth: a small picture to be stretched over the map.
 * @param {any} map @param {Document} document @param {string} color "#rrggbb" @param {number} strength 0…1
 */
export function densityImage(map, document, color, strength) {
  const counted = map.density ? countedField(map.density) : drawnField(map);
  const { n } = counted;
  let { field } = counted;
  // Where there are few for each square their neighbourhoods must be wider.
  const passes = map.total < 4 * n * n ? 10 : 4;
  for (let pass = 0; pass < passes; pass += 1) field = blurred(field, n, pass % 2 === 0);
  // A third of it is enough to tell how it is spread.
  const ordered = field.filter((value, i) => value > 0 && i % 3 === 0).sort();
  const steps = [0.15, 0.4, 0.65, 0.88].map((q) => ordered[Math.floor(q * (ordered.length - 1))] ?? Infinity);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = n;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(n, n);
  const rgb = parseInt(color.slice(1), 16);
  for (let i = 0; i < n * n; i += 1) {
    image.data[i * 4] = rgb >> 16;
    image.data[i * 4 + 1] = (rgb >> 8) & 255;
    image.data[i * 4 + 2] = rgb & 255;
    let depth = 0;
    for (const step of steps) depth += Math.min(1, Math.max(0, (field[i] / step - 0.8) / 0.4));
    image.data[i * 4 + 3] = (255 * strength * depth) / steps.length;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** As the daemon counted: roots of the counts, so that sparse regions keep their shape in 16 bits. */
function countedField({ side: n, most, cells }) {
  return { n, field: Float64Array.from(cells, (value) => Math.round(most * (value / 65535) ** 2)) };
}

function drawnField(map) {
  const n = SHADE_SIDE;
  const field = new Float64Array(n * n);
  for (let i = 0; i < map.total; i += 1) {
    if (map.goalX[i] !== map.goalX[i]) continue;
    field[Math.min(n - 1, Math.floor(map.goalY[i] * n)) * n + Math.min(n - 1, Math.floor(map.goalX[i] * n))] += 1;
  }
  return { n, field };
}

/** Sums of five neighbours along an axis: whole numbers, so that running sums stay exact. */
function blurred(field, n, across) {
  const out = new Float64Array(n * n);
  const [step, line] = across ? [1, n] : [n, 1];
  for (let i = 0; i < n; i += 1) {
    const first = i * line;
    let sum = field[first] + field[first + step];
    for (let k = 0; k < n; k += 1) {
      if (k + 2 < n) sum += field[first + (k + 2) * step];
      if (k > 2) sum -= field[first + (k - 3) * step];
      out[first + k * step] = sum;
    }
  }
  return out;
}
