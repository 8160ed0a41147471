import { buffersOf, TASKS } from "./tasks.js";

const scope = /** @type {any} */ (globalThis);

scope.onmessage = (/** @type {MessageEvent} */ { data: { id, task, message } }) => {
  try {
    const result = TASKS[task](message);
    scope.postMessage({ id, result }, [...new Set(buffersOf(result))]);
  } catch (error) {
    scope.postMessage({ id, error: /** @type {Error} */ (error).message });
  }
};
