//! How long to wait: always the same, or drawn from the server's seed.

use std::time::Duration;

use crate::seed::Seed;

/// A time to wait, fixed or drawn anew for every answer.
///
/// Draws come from the server's [seed](crate::MockIam::seed): the same requests in the same order wait the same times
/// again. A [`Duration`] is a fixed delay.
///
/// ```
/// use std::time::Duration;
/// use wml_auth_mock_iam::{Answer, Delay};
///
/// let ms = Duration::from_millis;
/// let usual = Answer::normal().delayed(Delay::lognormal(ms(40), 0.5));
/// let stuck = Answer::normal().body_delayed(Delay::bimodal(ms(5), ms(900), 0.1));
/// let fixed = Answer::normal().delayed(ms(20));
/// # let _ = (usual, stuck, fixed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delay(Shape);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Fixed(Duration),
    Uniform { least: Duration, most: Duration },
    Lognormal { median: Duration, sigma: f64 },
    Bimodal { fast: Duration, slow: Duration, slow_share: f64 },
}

impl Delay {
    /// Always this long.
    #[must_use]
    pub fn fixed(time: Duration) -> Self {
        Self(Shape::Fixed(time))
    }

    /// Anything between these two, all equally likely.
    #[must_use]
    pub fn uniform(least: Duration, most: Duration) -> Self {
        Self(Shape::Uniform { least: least.min(most), most: most.max(least) })
    }

    /// What networks do: half of the times are below the median, and a few are far above. `sigma` is the standard
    /// deviation of the logarithm; 0.5 is a quiet network, 1 and more a bad one.
    #[must_use]
    pub fn lognormal(median: Duration, sigma: f64) -> Self {
        Self(Shape::Lognormal { median, sigma })
    }

    /// Mostly fast, and slow in this share of all cases (0 to 1): a cache that misses, one bad node of many.
    #[must_use]
    pub fn bimodal(fast: Duration, slow: Duration, slow_share: f64) -> Self {
        Self(Shape::Bimodal { fast, slow, slow_share })
    }

    pub(crate) fn draw(self, seed: &Seed) -> Duration {
        match self.0 {
            Shape::Fixed(time) => time,
            Shape::Uniform { least, most } => least.saturating_add(scaled(most - least, seed.fraction())),
            Shape::Lognormal { median, sigma } => scaled(median, (sigma * normal(seed)).exp()),
            Shape::Bimodal { fast, slow, slow_share } => {
                if seed.chance(slow_share) {
                    slow
                } else {
                    fast
                }
            }
        }
    }
}

impl From<Duration> for Delay {
    fn from(time: Duration) -> Self {
        Self::fixed(time)
    }
}

/// A standard normal draw, by Box and Muller.
fn normal(seed: &Seed) -> f64 {
    // 1 - [0, 1) is never zero, and its logarithm therefore finite.
    let (radius, angle) = (1.0 - seed.fraction(), seed.fraction());
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// In whole microseconds: what mathematical functions give beyond that is not the same on every machine.
fn scaled(time: Duration, factor: f64) -> Duration {
    let micros = (time.as_secs_f64() * factor * 1e6).round();
    if micros.is_finite() && micros > 0.0 { Duration::from_micros(micros as u64) } else { Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn draws(delay: Delay) -> Vec<Duration> {
        let seed = Seed::new(1);
        let mut draws = (0..1000).map(|_| delay.draw(&seed)).collect::<Vec<_>>();
        let again = Seed::new(1);
        assert_eq!(
            draws,
            (0..1000).map(|_| delay.draw(&again)).collect::<Vec<_>>(),
            "one seed, one sequence"
        );
        draws.sort();
        draws
    }

    #[test]
    fn a_uniform_delay_fills_its_range() {
        let draws = draws(Delay::uniform(20 * MS, 10 * MS));
        assert!(draws[0] >= 10 * MS && draws[0] < 11 * MS, "{:?}", draws[0]);
        assert!(draws[999] <= 20 * MS && draws[999] > 19 * MS, "{:?}", draws[999]);
        assert!((14 * MS..16 * MS).contains(&draws[500]));
    }

    #[test]
    fn a_lognormal_delay_has_its_median_and_a_long_tail() {
        let draws = draws(Delay::lognormal(100 * MS, 1.0));
        assert!((85 * MS..115 * MS).contains(&draws[500]), "{:?}", draws[500]);
        // The 84th percentile is one sigma up: e times the median.
        assert!((230 * MS..320 * MS).contains(&draws[841]), "{:?}", draws[841]);
        assert!(draws[999] > 800 * MS);
    }

    #[test]
    fn a_bimodal_delay_is_slow_as_often_as_it_should() {
        let draws = draws(Delay::bimodal(MS, 100 * MS, 0.2));
        let slow = draws.iter().filter(|time| **time == 100 * MS).count();
        assert!((160..240).contains(&slow), "{slow}");
        assert_eq!(draws.iter().filter(|time| **time == MS).count(), 1000 - slow);
    }

    #[test]
    fn nonsense_waits_for_nothing_rather_than_panicking() {
        let seed = Seed::new(1);
        for sigma in [f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(Delay::lognormal(MS, sigma).draw(&seed), Duration::ZERO);
        }
        let endless = Delay::uniform(Duration::MAX - MS, Duration::MAX);
        assert!(endless.draw(&seed) >= Duration::MAX - MS);
        assert_eq!(Delay::bimodal(MS, 2 * MS, f64::NAN).draw(&seed), MS);
        assert_eq!(Delay::fixed(MS).draw(&seed), MS);
    }
}
