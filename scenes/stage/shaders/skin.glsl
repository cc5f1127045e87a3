// What a surface looks like at one of its points: colour of height, light, iso-lines, clean edges.
uniform vec2 u_cut;
uniform float u_reach;
uniform vec4 u_line;       // colour and strength of the iso-lines
uniform vec2 u_levels;     // v to the number of the iso-line: factor and offset
uniform float u_weight;    // line width in pixels
uniform float u_opacity;
//include ramp.glsl
//include light.glsl
//include edges.glsl

// `outside` is seen from below; `fold` is how far away it turns from the eye, in pixels.
vec4 skin(vec2 xy, float v, vec3 normal, bool outside, float fold) {
    float rise = max(fwidth(v), 1e-7);
    float pixel = rise * u_levels.x;
    float level = v * u_levels.x + u_levels.y;
    float line = clamp(0.5 * u_weight + 0.5 - abs(fract(level - 0.5) - 0.5) / pixel, 0.0, 1.0);
    line *= clamp(2.0 - 4.0 * pixel, 0.0, 1.0);          // too dense to be lines: let them go
    line *= clamp(400.0 * pixel - 0.2, 0.0, 1.0);        // so flat that a line would be a smudge
    float from_cut = (u_cut.y - v) / rise;               // in pixels
    float rim = clamp(u_weight + 0.5 - from_cut, 0.0, 1.0);
    rim *= clamp(1.5 - 20.0 * rise, 0.0, 1.0);           // too steep to tell where the rim is

    vec3 colour = ramp(v);
    colour = lit(colour, normal, outside ? 0.0 : 0.16);
    if (outside) colour = mix(colour, u_shade, 0.5);
    colour = mix(colour, u_line.rgb, max(u_line.a * line, 0.85 * rim));
    float coverage = clamp(min(fold, from_cut), 0.0, 1.0)
                   * cover(u_reach - max(abs(xy.x), abs(xy.y)));
    if (!(coverage > 0.0 && v >= u_cut.x)) discard;      // nor what is no number
    return vec4(colour, 1.0) * (u_opacity * coverage);
}
