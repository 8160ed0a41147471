/**
 * Where the sheets of a descent lie: parallelograms seen from above and aside, the top layer uppermost. All are
 * of one size, so that a plumb line through them is straight. Map coordinates 0…1 go to CSS pixels and back.
 */
export class Sheets {
  /**
   * @param {number} count layers, 1 … @param {{x:number,y:number,width:number,height:number}} room CSS pixels
   * @param {{scale:number,x:number,y:number}} camera
   */
  constructor(count, room, camera) {
    this.count = count;
    this.camera = camera;
    const wide = Math.min(room.width / 1.05, room.height * 1.5);
    // Sheets overlap where there are many, so that each stays high enough to be read.
    const base = Math.min(wide * (count === 1 ? 0.56 : 0.42), (room.height - wide * 0.05) / (1 + 0.8 * (count - 1)));
    const step = count > 1 ? (room.height - base - wide * 0.05) / (count - 1) : 0;
    /** @type {{ox:number,oy:number,ux:number,uy:number,vx:number,vy:number}[]} by layer */
    this.sheets = [];
    const middle = room.x + room.width / 2;
    for (let layer = 0; layer < count; layer += 1) {
      const width = wide * 0.8;
      const slant = wide * 0.24;
      const top = room.y + (count > 1 ? (count - 1 - layer) * step : (room.height - base) / 2);
      this.sheets.push({ ox: middle - (width - slant) / 2, oy: top, ux: width, uy: width * 0.055, vx: -slant, vy: base });
    }
  }

  /** @param {number} layer @param {number} x @param {number} y @returns {{x:number,y:number}} */
  place(layer, x, y) {
    const s = this.affine(layer);
    return { x: s.ox + x * s.ux + y * s.vx, y: s.oy + x * s.uy + y * s.vy };
  }

  /**
   * Where a sheet lies on the canvas.
   * @param {number} layer
   * @returns {import("../render/raster.js").Affine}
   */
  affine(layer) {
    const { ox, oy, ux, uy, vx, vy } = this.sheets[layer];
    const { scale, x, y } = this.camera;
    return { ox: ox * scale + x, oy: oy * scale + y, ux: ux * scale, uy: uy * scale, vx: vx * scale, vy: vy * scale };
  }

  /** @param {number} layer @param {number} px @param {number} py @returns {{x:number,y:number}} map coordinates; outside 0…1 beside the sheet */
  unplace(layer, px, py) {
    const s = this.sheets[layer];
    const { scale, x: dx, y: dy } = this.camera;
    const x = (px - dx) / scale - s.ox;
    const y = (py - dy) / scale - s.oy;
    const det = s.ux * s.vy - s.vx * s.uy;
    return { x: (x * s.vy - s.vx * y) / det, y: (s.ux * y - x * s.uy) / det };
  }

  /**
   * The uppermost sheet under a point, −1 if none.
   * @param {number} px @param {number} py
   */
  layerAt(px, py) {
    for (let layer = this.count - 1; layer >= 0; layer -= 1) {
      const at = this.unplace(layer, px, py);
      if (at.x >= 0 && at.x <= 1 && at.y >= 0 && at.y <= 1) return layer;
    }
    return -1;
  }

  /**
   * Adds a sheet's outline to the path.
   * @param {number} layer
   * @param {CanvasRenderingContext2D} c
   */
  outline(c, layer) {
    [[0, 0], [1, 0], [1, 1], [0, 1]].forEach(([x, y], i) => {
      const p = this.place(layer, x, y);
      if (i === 0) c.moveTo(p.x, p.y);
      else c.lineTo(p.x, p.y);
    });
    c.closePath();
  }

  /**
   * Adds a circle of the map, as it lies on the sheet, to the path.
   * @param {Drawing} c @param {number} layer @param {number} x @param {number} y @param {number} radius
   */
  circle(c, layer, x, y, radius) {
    for (let i = 0; i <= 48; i += 1) {
      const angle = (i / 48) * Math.PI * 2;
      const p = this.place(layer, x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
      if (i === 0) c.moveTo(p.x, p.y);
      else c.lineTo(p.x, p.y);
    }
  }
}
