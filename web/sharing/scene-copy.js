/** What a scene of another size has of its own. */
const OWN = new Set(["width", "height", "ratio", "layerKey"]);

/**
 * A scene as the one on the stage, to be drawn elsewhere.
 * @param {any} app @param {any} canvas @param {number} ratio
 */
export function sceneLike(app, canvas, ratio) {
  const { scene } = app.stage;
  const copy = new scene.constructor(canvas);
  copy.resize(scene.width, scene.height, ratio);
  copy.setTheme(app.theme);
  copy.setData(app.picture);
  for (const name of Object.keys(scene)) if (!OWN.has(name) && ["number", "string", "boolean"].includes(typeof scene[name])) copy[name] = scene[name];
  copy.camera = { ...scene.camera };
  copy.drawsAtOnce = true;
  return copy;
}
