/** A node's place on the picture, from textures that hold x, y by node. Pixels are counted from the upper left corner. */
const PLACE = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
uniform sampler2D xs, ys;
uniform usampler2D list, others;
uniform vec4 axes;
uniform vec2 origin, room;
uniform int first, step;
uniform float size;
out float reach;
out vec2 away;
ivec2 texel(int i) { return ivec2(i & ((1 << ROW_BITS) - 1), i >> ROW_BITS); }
vec2 place(uint node) {
  ivec2 at = texel(int(node));
  return origin + texelFetch(xs, at, 0).r * axes.xy + texelFetch(ys, at, 0).r * axes.zw;
}
vec4 clip(vec2 p) { return vec4(p / room * vec2(2, -2) + vec2(-1, 1), 0, 1); }
`;

/** Dots: what has no place (a NaN) is nowhere. */
export const DOTS = `${PLACE}
void main() {
  vec2 p = place(texelFetch(list, texel(first + gl_VertexID), 0).r);
  bool isThere = p.x == p.x && abs(p.x) < 1e6;
  gl_Position = isThere ? clip(p) : vec4(2, 2, 2, 1);
  gl_PointSize = 2.0 * size + 1.0;
  reach = size + 0.5;
  away = vec2(0, 1);
}`;

/** Links: six vertices each, two triangles about the line. */
export const LINES = `${PLACE}
void main() {
  ivec2 at = texel((first + gl_VertexID / 6) * step);
  int corner = gl_VertexID % 6;
  vec2 a = place(texelFetch(list, at, 0).r);
  vec2 b = place(texelFetch(others, at, 0).r);
  vec2 d = b - a;
  float far = length(d);
  vec2 normal = far > 0.0 ? vec2(-d.y, d.x) / far : vec2(0);
  float side = corner == 0 || corner == 2 || corner == 3 ? -1.0 : 1.0;
  reach = size * 0.5 + 0.5;
  away = vec2(side * reach, 0);
  bool isThere = far == far && far < 1e6;
  gl_Position = isThere ? clip((corner < 2 || corner == 4 ? a : b) + normal * away.x) : vec4(2, 2, 2, 1);
  gl_PointSize = 1.0;
}`;

/** The part of a pixel that a mark covers, as the processor's drawing has it. */
export const INK = `#version 300 es
precision highp float;
uniform vec4 ink;
uniform float size;
in float reach;
in vec2 away;
out vec4 color;
void main() {
  float d = away.y > 0.5 ? length(gl_PointCoord - 0.5) * (2.0 * size + 1.0) : abs(away.x);
  float cover = clamp(reach - d, 0.0, 1.0) * ink.a;
  color = vec4(ink.rgb * cover, cover);
}`;
