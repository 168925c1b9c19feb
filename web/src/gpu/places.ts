/**
 * GLSL shared by what draws at points: reading packed positions, gliding between two layouts, the size of a
 * disc, and where in depth it lies.
 */

/** Attribute numbers, the same in every program that reads points. */
export const ATTRIBUTE = { place: 0, from: 1, color: 2, flags: 3 } as const;

export const PLACES_GLSL = `
layout(location = ${ATTRIBUTE.place}) in vec4 place;
layout(location = ${ATTRIBUTE.from}) in vec4 from;
layout(location = ${ATTRIBUTE.color}) in uint color;
layout(location = ${ATTRIBUTE.flags}) in uint flags;
uniform mat4 matrix;
uniform float blend;     // 0: at the old place, 1: at the new one
uniform vec4 oldBox;     // what makes an old place one of the new box: offset, and scale in w
uniform float size;      // device pixels at w = 1
uniform float largest;   // device pixels

const float UNIT = 65535.0 / 32767.0;
const float SHIFT = 32768.0 / 32767.0;

vec4 clipPlace() {
  vec3 there = place.xyz * UNIT - SHIFT;
  if (blend < 1.0 && from.w > 0.0) {
    vec3 before = (from.xyz * UNIT - SHIFT) * oldBox.w + oldBox.xyz;
    there = mix(before, there, blend);
  }
  return matrix * vec4(there, 1.0);
}

float discDiameter(float w) { return min(size / max(w, 1e-3), largest); }`;

/** A place outside every picture. */
export const NOWHERE_GLSL = 'gl_Position = vec4(2.0, 2.0, 2.0, 1.0); gl_PointSize = 1.0;';
