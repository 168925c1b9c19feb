// One step of gradient descent with momentum and gains.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dotscape {

struct Step {
  float exaggeration;   // of the attraction
  float normalization;  // sum of all w: divides the repulsion
  float learning_rate;
  float momentum;
  float longest;  // no point moves farther in one step
};

// gradient = exaggeration * attraction - repulsion / normalization, per coordinate. A gain grows by
// 0.2 where gradient and velocity point apart, else shrinks to 0.8 of itself, never below 0.01.
// velocity = momentum * velocity - learning_rate * gain * gradient; y += velocity; then y is centred.
// All arrays have n * stride values. Where `pinned` isn't null, points i with pinned[i] stay where
// they are, and nothing is centred. Returns the sum of squares of the gradient of those that move.
double descend(const Step& step, const float* attraction, const float* repulsion,
               const std::uint8_t* pinned, std::size_t n, int stride, float* y, float* velocity,
               float* gains, int threads);

}  // namespace dotscape
