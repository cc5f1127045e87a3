#version 330
// The floor: a grid of the axes' ticks, and the surface's iso-lines as a map.
in vec2 v_xy;
uniform vec3 u_form2;
uniform vec3 u_form1;
uniform vec4 u_paper;      // colour of the floor
uniform vec4 u_grid;       // colour of the grid lines
uniform vec4 u_grid_step;  // offset x, offset y, step x, step y, in stage units
uniform sampler2D u_ramp;
uniform float u_warmest;   // v of the first colour of the ramp
uniform float u_ramp_last; // number of the last colour of the ramp
uniform float u_map;       // strength of the map's lines
uniform vec2 u_levels;
uniform float u_weight;
uniform float u_opacity;
uniform float u_reach;
out vec4 f_colour;
//include edges.glsl

float stroke(float phase, float width) {
    float pixel = max(fwidth(phase), 1e-6);
    float line = clamp(0.5 * width + 0.5 - abs(fract(phase - 0.5) - 0.5) / pixel, 0.0, 1.0);
    return line * clamp(2.5 - 5.0 * pixel, 0.0, 1.0) * clamp(400.0 * pixel - 0.2, 0.0, 1.0);
}

void main() {
    float v = u_form2.x * v_xy.x * v_xy.x + u_form2.y * v_xy.x * v_xy.y
            + u_form2.z * v_xy.y * v_xy.y + dot(u_form1, vec3(v_xy, 1.0));
    vec2 phase = (v_xy - u_grid_step.xy) / u_grid_step.zw;
    float grid = max(stroke(phase.x, u_weight), stroke(phase.y, u_weight)) * u_grid.a;
    vec4 colour = u_paper;
    colour.rgb = mix(colour.rgb, u_grid.rgb, grid);
    colour.a = max(colour.a, grid);
    float map = stroke(v * u_levels.x + u_levels.y, 1.4 * u_weight) * u_map * (1.0 - smoothstep(0.9, 1.02, v));
    colour.rgb = mix(colour.rgb, texelFetch(u_ramp, ivec2(clamp((v - u_warmest) / (1.0 - u_warmest), 0.0, 1.0) * u_ramp_last, 0), 0).rgb, map);
    colour.a = max(colour.a, map);
    float coverage = cover(u_reach - max(abs(v_xy.x), abs(v_xy.y)));
    f_colour = vec4(colour.rgb * colour.a, colour.a) * (u_opacity * coverage);
}
