// Smooth edges without multisampling, which a software renderer pays for dearly.

// How much of a pixel lies on the inner side of an edge, where `inside` is 0 on the edge and grows
// inwards. Nothing is drawn beyond an edge, so the half pixel that softens it is taken from within.
float cover(float inside) {
    return clamp(inside / max(fwidth(inside), 1e-7), 0.0, 1.0);
}
