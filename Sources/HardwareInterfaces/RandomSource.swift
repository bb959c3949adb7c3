/// The only source of randomness, seeded in simulations so that a run repeats exactly.
package protocol RandomSource: RandomNumberGenerator, Sendable {}

extension SystemRandomNumberGenerator: RandomSource {}
