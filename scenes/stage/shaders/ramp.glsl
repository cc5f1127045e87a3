// The colours of height.
uniform sampler2D u_ramp;
uniform vec3 u_ramp_at;    // v of the first colour, how many there are in 1, and how wide one is

vec3 ramp(float v) {
    return texture(u_ramp, vec2((floor((v - u_ramp_at.x) * u_ramp_at.y) + 0.5) * u_ramp_at.z, 0.5)).rgb;
}
