import { DOTS, INK, LINES } from "./shaders.js";

/** Texels in a row of the textures that hold lists. */
const ROW = 2048;
const ROW_BITS = 11;
/** Of so many maps places are kept; a comparison shows two. */
const MOST_MAPS = 2;
const MOST_LISTS = 16;
/** Without a graphics processor a mark takes hundreds of nanoseconds. */
const IS_SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** A Renderer with WebGL2: dots as points, links by vertices that look up their own places. */
export class GLDrawing {
  name = "webgl2";
  /**
   * By map: its places and lists as the graphics processor has them, the one used last at the end.
   * @type {Map<LayoutMap,MapTextures>}
   */
  #maps = new Map();

  /** @param {HTMLCanvasElement} canvas of its own @param {WebGL2RenderingContext} gl */
  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.dots = programOf(gl, DOTS, INK);
    this.lines = programOf(gl, LINES, INK);
    const named = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
    /** The processor does it, in a roundabout way. */
    this.isSoftware = IS_SOFTWARE.test(gl.getParameter(named));
    this.atOnce = this.isSoftware ? 10_000 : 200_000;
    this.piece = this.isSoftware ? 5000 : 50_000;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** @param {import("./canvas.js").Box} box @returns {import("./canvas.js").Picture} */
  begin(box) {
    const { gl } = this;
    const target = gl.createFramebuffer();
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, box.width, box.height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    /** @type {WebGLSync|null} */
    let fence = null;
    return {
      box,
      add: (mark, from, to) => {
        gl.bindFramebuffer(gl.FRAMEBUFFER, target);
        gl.viewport(0, 0, box.width, box.height);
        this.#draw(mark, from, to, box);
        gl.deleteSync(fence);
        fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
        gl.flush();
      },
      // To wait here would keep the page waiting, too.
      isReady: () => fence === null || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED,
      paint: (c) => this.#paint(c, box, target),
      end: () => {
        gl.deleteFramebuffer(target);
        gl.deleteTexture(texture);
        gl.deleteSync(fence);
      },
    };
  }

  /** @param {CanvasRenderingContext2D} c @param {import("./canvas.js").Box} box @param {WebGLFramebuffer|null} target */
  #paint(c, { x, y, width, height }, target) {
    const { gl, canvas } = this;
    if (canvas.width < width || canvas.height < height) Object.assign(canvas, { width: Math.max(canvas.width, width), height: Math.max(canvas.height, height) });
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, target);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, canvas.height - height, width, canvas.height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    c.save();
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(canvas, 0, 0, width, height, x, y, width, height);
    c.restore();
  }

  /** @param {import("./canvas.js").Mark} mark @param {number} from @param {number} to @param {import("./canvas.js").Box} box */
  #draw({ kind, map, nodes, links, step, at, style }, from, to, box) {
    const { gl } = this;
    const own = this.#texturesOf(map);
    const { program, places } = kind === "dots" ? this.dots : this.lines;
    gl.useProgram(program);
    const list = own.list(/** @type {Uint32Array} */ (nodes ?? links?.from));
    const others = links ? own.list(links.to) : list;
    [own.x, own.y, list, others].forEach((texture, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
    });
    ["xs", "ys", "list", "others"].forEach((name, unit) => places[name] && gl.uniform1i(places[name], unit));
    gl.uniform4f(places.axes, at.ux, at.uy, at.vx, at.vy);
    gl.uniform2f(places.origin, at.ox, at.oy);
    gl.uniform2f(places.room, box.width, box.height);
    gl.uniform1i(places.first, from);
    if (places.step) gl.uniform1i(places.step, step);
    gl.uniform1f(places.size, style.size);
    const rgb = parseInt(style.color.slice(1), 16);
    gl.uniform4f(places.ink, (rgb >> 16) / 255, ((rgb >> 8) & 255) / 255, (rgb & 255) / 255, style.alpha);
    if (kind === "dots") gl.drawArrays(gl.POINTS, 0, to - from);
    else gl.drawArrays(gl.TRIANGLES, 0, 6 * (to - from));
  }

  /** @param {LayoutMap} map */
  #texturesOf(map) {
    const own = this.#maps.get(map) ?? new MapTextures(this.gl);
    this.#maps.delete(map);
    this.#maps.set(map, own);
    for (const [old, textures] of this.#maps) {
      if (this.#maps.size <= MOST_MAPS) break;
      textures.end();
      this.#maps.delete(old);
    }
    own.use(map);
    return own;
  }
}

/** Of one map: places, and lists of nodes, each in rows of texels. */
class MapTextures {
  #stamp = "";
  /**
   * The ones used last at the end.
   * @type {Map<Uint32Array,WebGLTexture>}
   */
  #lists = new Map();

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    /** @type {WebGLTexture|null} */
    this.x = null;
    /** @type {WebGLTexture|null} */
    this.y = null;
  }

  /**
   * Takes the places again when they are others.
   * @param {LayoutMap} map
   */
  use(map) {
    const stamp = `${map.version}/${map.known}`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const { gl } = this;
    this.x = this.#take(map.nodeX, gl.R32F, gl.RED, gl.FLOAT, this.x);
    this.y = this.#take(map.nodeY, gl.R32F, gl.RED, gl.FLOAT, this.y);
  }

  /** @param {Uint32Array} values */
  list(values) {
    const { gl } = this;
    const texture = this.#lists.get(values) ?? this.#take(values, gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT, null);
    this.#lists.delete(values);
    this.#lists.set(values, texture);
    for (const [old, unused] of this.#lists) {
      if (this.#lists.size <= MOST_LISTS) break;
      gl.deleteTexture(unused);
      this.#lists.delete(old);
    }
    return texture;
  }

  end() {
    for (const texture of [this.x, this.y, ...this.#lists.values()]) this.gl.deleteTexture(texture);
  }

  /** @param {Float32Array|Uint32Array} values @param {number} kept @param {number} format @param {number} type @param {WebGLTexture|null} before */
  #take(values, kept, format, type, before) {
    const { gl } = this;
    const rows = Math.max(1, Math.ceil(values.length / ROW));
    const whole = Math.floor(values.length / ROW);
    const texture = before ?? gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    if (!before) gl.texStorage2D(gl.TEXTURE_2D, 1, kept, ROW, rows);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    if (whole > 0) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ROW, whole, format, type, values);
    const rest = values.length - whole * ROW;
    if (rest > 0) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, whole, rest, 1, format, type, values, whole * ROW);
    return /** @type {WebGLTexture} */ (texture);
  }
}

/** @param {WebGL2RenderingContext} gl @param {string} vertices @param {string} pixels */
function programOf(gl, vertices, pixels) {
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  for (const [type, source] of /** @type {[number,string][]} */ ([[gl.VERTEX_SHADER, vertices], [gl.FRAGMENT_SHADER, pixels]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, source.replaceAll("ROW_BITS", String(ROW_BITS)));
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(String(gl.getProgramInfoLog(program)));
  const names = ["xs", "ys", "list", "others", "axes", "origin", "room", "first", "step", "size", "ink"];
  return { program, places: Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)])) };
}
