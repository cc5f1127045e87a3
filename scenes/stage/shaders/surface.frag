#version 330
// The surface is a quadratic, so the point of it that a pixel shows is a root: the mesh only says
// where to look. Place, colour, light, iso-lines and edges are as exact as the screen allows.
in vec2 v_xy;
in float v_z;
uniform vec3 u_form2;      // xx, xy, yy
uniform vec3 u_form1;      // x, y, 1
uniform vec3 u_height;     // z at v = 1/2, half the box, flip in [-1, 1]
uniform vec2 u_cut;
uniform float u_reach;
uniform vec3 u_eye;
uniform float u_scale;     // pixels a stage unit
uniform sampler2D u_ramp;
uniform float u_warmest;   // v of the first colour of the ramp
uniform float u_ramp_last; // number of the last colour of the ramp
uniform vec4 u_line;       // colour and strength of the iso-lines
uniform vec2 u_levels;     // v to the number of the iso-line: factor and offset
uniform float u_weight;    // line width in pixels
uniform float u_opacity;
out vec4 f_colour;
//include light.glsl
//include edges.glsl

float value(vec2 xy) {
    return u_form2.x * xy.x * xy.x + u_form2.y * xy.x * xy.y + u_form2.z * xy.y * xy.y
         + dot(u_form1, vec3(xy, 1.0));
}

vec2 slope_at(vec2 xy, float stretch) {
    return stretch * (vec2(2.0 * u_form2.x * xy.x + u_form2.y * xy.y,
                           2.0 * u_form2.z * xy.y + u_form2.y * xy.x) + u_form1.xy);
}

void main() {
    // Where the ray from the eye through the mesh's point meets the surface: a t² + b t + c = 0.
    vec3 ray = vec3(v_xy, v_z) - u_eye;
    float stretch = 2.0 * u_height.y * u_height.z;
    float a = stretch * (u_form2.x * ray.x * ray.x + u_form2.y * ray.x * ray.y
                         + u_form2.z * ray.y * ray.y);
    float b = dot(slope_at(v_xy, stretch), ray.xy) - ray.z;
    float c = u_height.x + stretch * (value(v_xy) - 0.5) - v_z;
    float roots = b * b - 4.0 * a * c;
    // Of the two points, the one on the side that the triangle shows: going down through the
    // surface if it is seen from above. (Pictures are drawn top-down: what faces up counts as back.)
    bool outside = gl_FrontFacing;
    float root = sqrt(max(roots, 0.0)) * (outside ? -1.0 : 1.0);
    float t = b * root >= 0.0 ? -2.0 * c / (b + root) : (root - b) / (2.0 * a);
    vec2 xy = v_xy + t * ray.xy;

    float v = value(xy);
    vec2 slope = slope_at(xy, stretch);
    float upright = inversesqrt(1.0 + dot(slope, slope));
    vec3 normal = vec3(-slope, 1.0) * upright;
    if (outside) normal = -normal;

    float rise = max(fwidth(v), 1e-7);
    float level = v * u_levels.x + u_levels.y;
    float pixel = rise * u_levels.x;
    float line = clamp(0.5 * u_weight + 0.5 - abs(fract(level - 0.5) - 0.5) / pixel, 0.0, 1.0);
    line *= clamp(2.0 - 4.0 * pixel, 0.0, 1.0);          // too dense to be lines: let them go
    line *= clamp(400.0 * pixel - 0.2, 0.0, 1.0);        // so flat that a line would be a smudge
    float from_cut = (u_cut.y - v) / rise;               // in pixels
    float rim = clamp(u_weight + 0.5 - from_cut, 0.0, 1.0);
    rim *= clamp(1.5 - 20.0 * rise, 0.0, 1.0);           // too steep to tell where the rim is

    vec3 colour = texelFetch(u_ramp, ivec2(clamp((v - u_warmest) / (1.0 - u_warmest), 0.0, 1.0) * u_ramp_last, 0), 0).rgb;
    colour = lit(colour, normal, outside ? 0.0 : 0.16);
    if (outside) colour = mix(colour, u_shade, 0.5);
    colour = mix(colour, u_line.rgb, max(u_line.a * line, 0.85 * rim));

    // The surface turns away from the eye where the two roots meet; in pixels from there:
    float fold = 0.25 * roots * u_scale * upright / max(abs(a), 1e-6);
    float coverage = clamp(min(fold, from_cut), 0.0, 1.0)
                   * cover(u_reach - max(abs(xy.x), abs(xy.y)));
    if (coverage <= 0.0 || v < u_cut.x) discard;
    f_colour = vec4(colour, 1.0) * (u_opacity * coverage);
}
