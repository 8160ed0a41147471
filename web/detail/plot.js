/**
 * The components of a vector as columns of a picture: where there are more of them than columns, each has the least and the largest of its own.
 * @param {ArrayLike<number>} values @param {number} most columns
 * @returns {{low:number,high:number}[]}
 */
export function columnsOf(values, most) {
  const many = Math.min(values.length, Math.max(1, most));
  return Array.from({ length: many }, (_, column) => {
    const end = Math.max(Math.floor(((column + 1) * values.length) / many), Math.floor((column * values.length) / many) + 1);
    let low = Infinity;
    let high = -Infinity;
    for (let i = Math.floor((column * values.length) / many); i < end; i += 1) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
    return { low, high };
  });
}

/**
 * The least and the largest component, and zero.
 * @param {{low:number,high:number}[]} columns @returns {[number,number]}
 */
export function rangeOf(columns) {
  return columns.reduce(([low, high], one) => [Math.min(low, one.low), Math.max(high, one.high)], [0, 0]);
}

/**
 * Draws a vector: a bar for each component from zero, or for each column of them from the least to the largest.
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {import("../theme.js").Theme} theme
 */
export function drawVector(canvas, values, theme) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  context.scale(scale, scale);
  const columns = columnsOf(values, Math.floor(width / 2));
  const [low, high] = rangeOf(columns);
  const y = (/** @type {number} */ value) => 1 + (height - 2) * (high === low ? 0.5 : (high - value) / (high - low));
  const step = width / columns.length;
  const isWhole = columns.length === values.length;
  for (const [i, one] of columns.entries()) {
    const top = y(isWhole ? Math.max(0, one.high) : one.high);
    const bottom = y(isWhole ? Math.min(0, one.low) : one.low);
    // The side of zero is told by place first; the colour repeats it.
    context.fillStyle = one.high <= 0 ? theme.routeText : theme.candidate;
    context.fillRect(i * step, top, Math.max(1, step - (step > 3 ? 1 : 0.4)), Math.max(1, bottom - top));
  }
  context.fillStyle = theme.muted;
  context.fillRect(0, Math.round(y(0)), width, 1);
}
