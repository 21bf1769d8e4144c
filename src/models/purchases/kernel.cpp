#include "models/purchases/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "models/functions.hpp"
#include "models/vector_math.hpp"

namespace habitue::models {
namespace {

// Odds of having left where nobody can have: so small that no time makes up for it.
constexpr double kLnNever = -1e300;

// Sum over i < n of f(i), where a plain loop is cheaper than two gamma functions.
constexpr std::uint64_t kStepsMax = 64;

// ln G(p + n) - ln G(p) and its derivative by p for rising n.
class RisingFactorial {
 public:
  explicit RisingFactorial(double p) : p_(p) {}

  void go_to(std::uint64_t n) {
    const double from = p_ + static_cast<double>(n_);
    if (n - n_ <= kStepsMax) {
      for (std::uint64_t step = 0; step < n - n_; ++step) {
        log_.add(std::log(from + static_cast<double>(step)));
        slope_.add(1 / (from + static_cast<double>(step)));
      }
    } else {
      const double to = p_ + static_cast<double>(n);
      log_.add(ln_gamma(to) - ln_gamma(from));
      slope_.add(digamma(to) - digamma(from));
    }
    n_ = n;
  }
  double log() const { return log_.value(); }
  double slope() const { return slope_.value(); }

 private:
  double p_;
  std::uint64_t n_ = 0;
  ExactSum log_, slope_;
};

// ln B(a, b + n) - ln B(a, b), the logarithm of the mean share that stays n times, and its derivatives; each step adds a term of
// the same sign: nothing cancels, however large a and b are.
class Staying {
 public:
  Staying(double a, double b) : a_(a), b_(b) {}

  void go_to(std::uint64_t n) {
    const double from = b_ + static_cast<double>(n_), to = b_ + static_cast<double>(n);
    if (n - n_ <= kStepsMax) {
      for (std::uint64_t step = 0; step < n - n_; ++step) {
        const double b = from + static_cast<double>(step);
        log_.add(-std::log1p(a_ / b));
        by_a_.add(-1 / (a_ + b));
        by_b_.add(a_ / (b * (a_ + b)));
      }
    } else {
      log_.add(ln_beta(a_, to) - ln_beta(a_, from));
      by_a_.add(digamma(a_ + from) - digamma(a_ + to));
      by_b_.add((digamma(to) - digamma(from)) - (digamma(a_ + to) - digamma(a_ + from)));
    }
    n_ = n;
  }
  double log() const { return log_.value(); }
  double by_a() const { return by_a_.value(); }
  double by_b() const { return by_b_.value(); }

 private:
  double a_, b_;
  std::uint64_t n_ = 0;
  ExactSum log_, by_a_, by_b_;
};

struct Columns {
  const std::uint32_t* x_index;
  const double* t_x;
  const double* T;
  std::size_t rows;
};

// Two loops, compiled once for every machine and once for those with AVX2: the same operations in the same order.
struct Plain {};
struct Wide {};

}  // namespace

template <class Arithmetic>
struct KernelLoops {
  using OfX = LawKernel::OfX;

  // Never, AfterRepeatPurchase and AfterAnyPurchase, any k [section 3 of Platzer & Reutterer]. With c = r + kx,
  //   L = alpha^r G(c)/G(r) [ (alpha+T)^-c A B(a, b*)/B(a, b) + (alpha+t_x)^-c B(a+1, b*-1)/B(a, b) ],
  // where A = sum over j < k of G(c+j)/(G(c) j!) ((T-t_x)/(alpha+T))^j: the points hidden since the last purchase.
  [[gnu::always_inline]] static inline void purchases(const PurchaseLaw& law, const OfX* of_x, const Columns& in,
                                                      RowBlock& out) {
    const std::size_t rows = in.rows;
    alignas(64) double c[kBlockRows], value[kBlockRows], by_r[kBlockRows], by_a[kBlockRows], by_b[kBlockRows],
        ln_dead[kBlockRows], dead_b[kBlockRows];
    for (std::size_t i = 0; i < rows; ++i) {
      const OfX& x = of_x[in.x_index[i]];
      c[i] = x.c;
      value[i] = x.value;
      by_r[i] = x.by_r;
      by_a[i] = x.by_a;
      by_b[i] = x.by_b;
      ln_dead[i] = x.ln_dead;
      dead_b[i] = x.dead_b;
    }
    alignas(64) double hidden_ln[kBlockRows], hidden_r[kBlockRows], hidden_alpha[kBlockRows];
    const double alpha = law.alpha;
    for (std::size_t i = 0; i < rows; ++i) hidden_ln[i] = hidden_r[i] = hidden_alpha[i] = 0;
    if (law.k > 1) {
      for (std::size_t i = 0; i < rows; ++i) {
        const double shrink = 1 / (alpha + in.T[i]);
        const double y = (in.T[i] - in.t_x[i]) * shrink;
        double term = 1, term_r = 0, sum = 1, sum_r = 0, sum_alpha = 0;
        for (std::uint32_t j = 1; j < law.k; ++j) {
          const double before = c[i] + static_cast<double>(j - 1);
          term_r = (term_r * before + term) * y / j;
          term = term * before * y / j;
          sum += term;
          sum_r += term_r;
          sum_alpha -= j * term * shrink;
        }
        hidden_ln[i] = log_lane(sum);
        hidden_r[i] = sum_r / sum;
        hidden_alpha[i] = sum_alpha / sum;
      }
    }
    const double r = law.r, ln_alpha = std::log(alpha), per_a = 1 / law.a;
    for (std::size_t i = 0; i < rows; ++i) {
      const double end = alpha + in.T[i], last = alpha + in.t_x[i];
      const double ln_end = log_lane(end);
      const double since = log_lane(end / last);
      const double z = ln_dead[i] + c[i] * since - hidden_ln[i];  // ln of the odds of having left
      const double size = z < 0 ? -z : z;
      const double e = exp_lane(-size);
      const double share = 1 / (1 + e);
      const double rest = e * share;
      const double dead = z > 0 ? share : rest;
      const double alive = z > 0 ? rest : share;
      out.alive[i] = alive;
      out.log_likelihood[i] = value[i] - c[i] * ln_end + hidden_ln[i] + (z > 0 ? z : 0.0) + log_lane(1 + e);
      out.gradient[0][i] = r * (by_r[i] + ln_alpha - ln_end + alive * hidden_r[i] + dead * since);
      out.gradient[1][i] =
          alpha * (r / alpha - c[i] / end + alive * hidden_alpha[i] + dead * c[i] * (1 / end - 1 / last));
      out.gradient[2][i] = law.a * (by_a[i] + dead * per_a);
      out.gradient[3][i] = law.b * (by_b[i] - dead * dead_b[i]);
    }
  }

  // AtAnyTime, in the form that subtracts nothing (integrating the moment of leaving u over the silence):
  //   L = G(r+x)/G(r) alpha^r beta^s [ (alpha+T)^-(r+x) (beta+T)^-s + s int_{t_x}^{T} (alpha+u)^-(r+x) (beta+u)^-(s+1) du ].
  // In h = ln((c0+u)/(c0+t_x)), c0 the smaller of alpha and beta, the integrand is log-concave; what lies 38 nats below its left
  // end is cut off, the rest is one panel.
  template <bool kSlopes>
  [[gnu::always_inline]] static inline void lifetimes(const PurchaseLaw& law, const OfX* of_x, const Columns& in,
                                                      const Quadrature& rule, RowBlock& out) {
    const std::size_t rows = in.rows;
    const double r = law.r, alpha = law.alpha, s = law.a, beta = law.b;
    const bool buying_first = alpha <= beta;  // c0 is alpha
    const double near = buying_first ? alpha : beta, far = buying_first ? beta : alpha;
    const double ln_alpha = std::log(alpha), ln_beta_scale = std::log(beta);
    alignas(64) double c[kBlockRows], value[kBlockRows], by_r[kBlockRows];
    for (std::size_t i = 0; i < rows; ++i) {
      const OfX& x = of_x[in.x_index[i]];
      c[i] = x.c;
      value[i] = x.value;
      by_r[i] = x.by_r;
    }
    alignas(64) double power_near[kBlockRows], power_far[kBlockRows], ratio[kBlockRows], width[kBlockRows];
    alignas(64) double sum[kBlockRows], sum_near_ln[kBlockRows], sum_far_ln[kBlockRows], sum_near[kBlockRows],
        sum_far[kBlockRows];
    for (std::size_t i = 0; i < rows; ++i) {
      power_near[i] = (buying_first ? c[i] : s + 1) - 1;  // -1: the h of du
      power_far[i] = buying_first ? s + 1 : c[i];
      const double start = near + in.t_x[i];
      ratio[i] = start / (far + in.t_x[i]);
      const double whole = log_lane((near + in.T[i]) / start);
      const double fall =
          power_near[i] + power_far[i] * ratio[i];  // Of the logarithm at the left end; concave: never less after
      const double cut = fall > 1e-9 ? 38 / fall : 38e9;
      width[i] = cut < whole ? cut : whole;
      sum[i] = sum_near_ln[i] = sum_far_ln[i] = sum_near[i] = sum_far[i] = 0;
    }
    for (std::size_t point = 0; point < rule.nodes.size(); ++point) {
      const double node = rule.nodes[point], weight = rule.weights[point];
      for (std::size_t i = 0; i < rows; ++i) {
        const double h = node * width[i];
        const double near_up = exp_lane(h);  // (c0+u) / (c0+t_x)
        const double far_up = 1 + ratio[i] * (near_up - 1);
        const double far_ln = log_lane(far_up);
        const double f = weight * exp_lane(-power_near[i] * h - power_far[i] * far_ln);
        sum[i] += f;
        if constexpr (kSlopes) {
          sum_near_ln[i] += f * h;
          sum_far_ln[i] += f * far_ln;
          sum_near[i] += f / near_up;
          sum_far[i] += f / far_up;
        }
      }
    }
    const double* near_ln = sum_near_ln;
    const double* far_ln = sum_far_ln;
    const double *alpha_ln = buying_first ? near_ln : far_ln, *beta_ln = buying_first ? far_ln : near_ln;
    const double *alpha_sum = buying_first ? sum_near : sum_far, *beta_sum = buying_first ? sum_far : sum_near;
    for (std::size_t i = 0; i < rows; ++i) {
      const double last_a = alpha + in.t_x[i], last_b = beta + in.t_x[i];
      const double end_a = alpha + in.T[i], end_b = beta + in.T[i];
      const double since_a = log_lane(end_a / last_a), since_b = log_lane(end_b / last_b);
      const double stayed = exp_lane(-c[i] * since_a - s * since_b);
      const double scale = s * width[i] * (near + in.t_x[i]) / last_b;
      const double left = scale * sum[i];
      const double both = stayed + left;
      const double ln_last_a = log_lane(last_a), ln_last_b = log_lane(last_b);
      const double alive = stayed / both;
      const double left_a_ln = scale * alpha_ln[i];
      const double left_b_ln = scale * beta_ln[i];
      const double left_a = scale * alpha_sum[i];
      const double left_b = scale * beta_sum[i];
      out.alive[i] = alive;
      out.log_likelihood[i] = value[i] + s * ln_beta_scale - c[i] * ln_last_a - s * ln_last_b + log_lane(both);
      out.gradient[0][i] = r * (by_r[i] + ln_alpha - ln_last_a - alive * since_a - left_a_ln / both);
      out.gradient[1][i] = r - alpha * c[i] * (alive / end_a + left_a / (both * last_a));
      out.gradient[2][i] = s * (ln_beta_scale - ln_last_b - alive * since_b - left_b_ln / both) + left / both;
      out.gradient[3][i] = s - beta * (s * alive / end_b + (s + 1) * left_b / (both * last_b));
    }
  }

  [[gnu::always_inline]] static inline void run(const PurchaseLaw& law, const OfX* of_x, const Columns& in,
                                                const Quadrature& rule, bool slopes, RowBlock& out) {
    if (law.leaving != Leaving::AtAnyTime)
      purchases(law, of_x, in, out);
    else if (slopes)
      lifetimes<true>(law, of_x, in, rule, out);
    else
      lifetimes<false>(law, of_x, in, rule, out);
  }

  static void run_plain(const PurchaseLaw& law, const OfX* of_x, const Columns& in, const Quadrature& rule, bool slopes,
                        RowBlock& out) {
    run(law, of_x, in, rule, slopes, out);
  }
#if defined(__x86_64__)
  __attribute__((target("avx2"))) static void run_avx2(const PurchaseLaw& law, const OfX* of_x, const Columns& in,
                                                       const Quadrature& rule, bool slopes, RowBlock& out) {
    run(law, of_x, in, rule, slopes, out);
  }
  __attribute__((target("avx512f,avx512dq"))) static void run_avx512(const PurchaseLaw& law, const OfX* of_x,
                                                                     const Columns& in, const Quadrature& rule,
                                                                     bool slopes, RowBlock& out) {
    run(law, of_x, in, rule, slopes, out);
  }
#endif
};

LawKernel::LawKernel(const PurchaseLaw& law, std::span<const std::uint32_t> distinct_x, std::size_t points)
    : law_(law), points_(points), of_x_(distinct_x.size()) {
  const bool after = law.leaving == Leaving::AfterRepeatPurchase || law.leaving == Leaving::AfterAnyPurchase;
  const std::uint64_t first = law.leaving == Leaving::AfterAnyPurchase ? 1 : 0;
  RisingFactorial rates(law.r);
  Staying staying(law.a, law.b);
  const double per_purchase = ln_gamma(law.k), from_alpha = law.r * std::log(law.alpha);
  for (std::size_t index = 0; index < distinct_x.size(); ++index) {
    const std::uint64_t x = distinct_x[index];
    OfX& of_x = of_x_[index];
    rates.go_to(law.k * x);
    of_x.c = law.r + static_cast<double>(law.k * x);
    of_x.value = rates.log() - static_cast<double>(x) * per_purchase + from_alpha;
    of_x.by_r = rates.slope();
    of_x.by_a = of_x.by_b = of_x.dead_b = 0;
    of_x.ln_dead = kLnNever;
    if (!after) continue;
    staying.go_to(x + first);
    of_x.value += staying.log();
    of_x.by_a = staying.by_a();
    of_x.by_b = staying.by_b();
    if (x + first == 0) continue;  // BG/NBD: without a repeat purchase nobody has left.
    const double after_last = law.b + static_cast<double>(x + first - 1);
    of_x.ln_dead = std::log(law.a) - std::log(after_last);
    of_x.dead_b = 1 / after_last;
  }
}

void LawKernel::evaluate(std::span<const std::uint32_t> x_index, std::span<const double> t_x, std::span<const double> T,
                         RowBlock& out, Wanted wanted) const {
  const Columns in{x_index.data(), t_x.data(), T.data(), x_index.size()};
  const Quadrature& rule = gauss_legendre(points_);
#if defined(__x86_64__)
  static const bool kAvx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  if (kAvx512) return KernelLoops<Wide>::run_avx512(law_, of_x_.data(), in, rule, wanted == Wanted::Slopes, out);
  static const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kAvx2) return KernelLoops<Wide>::run_avx2(law_, of_x_.data(), in, rule, wanted == Wanted::Slopes, out);
#endif
  KernelLoops<Plain>::run_plain(law_, of_x_.data(), in, rule, wanted == Wanted::Slopes, out);
}

}  // namespace habitue::models
