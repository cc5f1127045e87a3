// The floor at one of its points: its grid, and the iso-lines of what stands above it as a map.
uniform vec4 u_paper;      // colour of the floor
uniform vec4 u_grid;       // colour of the grid lines
uniform vec4 u_grid_step;  // offset x, offset y, step x, step y, in stage units
uniform float u_map;       // strength of the map's lines
uniform vec2 u_levels;
uniform float u_weight;
uniform float u_opacity;
uniform float u_reach;
//include ramp.glsl
//include edges.glsl

float stroke(float phase, float width) {
    float pixel = max(fwidth(phase), 1e-6);
    float line = clamp(0.5 * width + 0.5 - abs(fract(phase - 0.5) - 0.5) / pixel, 0.0, 1.0);
    return line * clamp(2.5 - 5.0 * pixel, 0.0, 1.0) * clamp(400.0 * pixel - 0.2, 0.0, 1.0);
}

vec4 floor_map(vec2 xy, float v) {
    vec2 phase = (xy - u_grid_step.xy) / u_grid_step.zw;
    float grid = max(stroke(phase.x, u_weight), stroke(phase.y, u_weight)) * u_grid.a;
    vec4 colour = u_paper;
    colour.rgb = mix(colour.rgb, u_grid.rgb, grid);
    colour.a = max(colour.a, grid);
    float map = stroke(v * u_levels.x + u_levels.y, 1.4 * u_weight) * u_map * (1.0 - smoothstep(0.9, 1.02, v));
    colour.rgb = mix(colour.rgb, ramp(v), map);
    colour.a = max(colour.a, map);
    float coverage = cover(u_reach - max(abs(xy.x), abs(xy.y)));
    return vec4(colour.rgb * colour.a, colour.a) * (u_opacity * coverage);
}
