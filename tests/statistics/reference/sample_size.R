# Values for sample_size_test.cpp. Packages: epiR (epi.ssdxsesp), pROC (power.roc.test), numDeriv. The rest searched or
# integrated here, by another road than the closed forms in C++ (said at each).
suppressWarnings(suppressPackageStartupMessages({library(epiR); library(pROC); library(numDeriv)}))
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "epiR", format(packageVersion("epiR")), "pROC", format(packageVersion("pROC")), "\n")
first <- function(enough, from = 2) { n <- from; while (!enough(n)) n <- n + 1; n }

# Buderer 1996 by epiR: sensitivity 0.9 +- 0.05 at prevalence 0.2, and specificity 0.85 +- 0.07: positives (negatives) unrounded.
put("buderer", epi.ssdxsesp(test = 0.9, type = "se", Py = 0.2, epsilon = 0.05, error = "absolute", nfractional = TRUE, conf.level = 0.95) * 0.2,
    epi.ssdxsesp(test = 0.85, type = "sp", Py = 0.2, epsilon = 0.07, error = "absolute", nfractional = TRUE, conf.level = 0.95) * 0.8)
# Wilson: ends of the score test found by uniroot.
wilson <- function(p, n) { z <- qnorm(0.975); g <- function(q) (p - q)^2 * n - z^2 * q * (1 - q)
  (if (p < 1) uniroot(g, c(p, 1), tol = 1e-13)$root else 1) - (if (p > 0) uniroot(g, c(0, p - 1e-9), tol = 1e-13)$root else 0) }
exact <- function(p, n) { k <- p * n; (if (k < n) qbeta(0.975, k + 1, n - k) else 1) - (if (k > 0) qbeta(0.025, k, n - k + 1) else 0) }
for (p in c(0.9, 0.75, 1)) put(paste0("width", p), first(function(n) wilson(p, n) <= 0.1), first(function(n) exact(p, n) <= 0.1))

# AUC against 0.5, Obuchowski's variance: pROC, cases and controls unrounded.
r <- power.roc.test(auc = 0.7, power = 0.9, sig.level = 0.05, kappa = 3); put("auc.test", r$ncases, r$ncontrols)
# Two AUCs on the same cases, Hanley & McNeil 1982 with a correlation of 0.5, equal numbers: searched.
hm <- function(a, p, q) { q1 <- a / (2 - a); q2 <- 2 * a^2 / (1 + a); sqrt((a * (1 - a) + (p - 1) * (q1 - a^2) + (q - 1) * (q2 - a^2)) / (p * q)) }
put("auc.se", hm(0.893, 51, 58))
power2 <- function(n) { s <- c(hm(0.8, n, n), hm(0.9, n, n)); v1 <- sum(s^2) - 2 * 0.5 * prod(s); v0 <- 2 * s[1]^2 * 0.5
  pnorm((0.1 - qnorm(0.975) * sqrt(v0)) / sqrt(v1)) }
put("auc.difference", first(function(n) power2(n) >= 0.8))

# Kappa: power from the noncentral chi-square distribution of R.
cells <- function(k, p) c(p^2 + p * (1 - p) * k, 2 * p * (1 - p) * (1 - k), (1 - p)^2 + p * (1 - p) * k)
ncp <- uniroot(function(l) pchisq(qchisq(0.95, 1), 1, l, lower.tail = FALSE) - 0.8, c(0.1, 50), tol = 1e-12)$root
need <- function(k0, k1, p) ncp / sum((cells(k1, p) - cells(k0, p))^2 / cells(k0, p))
put("kappa.test", need(0.4, 0.6, 0.3), need(0.6, 0.8, 0.5), need(0.6, 0.4, 0.1))
# Its variance: numeric derivative of Cohen's kappa in the multinomial's variance (alike for equal margins).
variance <- function(k, p) { x <- cells(k, p); q <- c(x[1], x[2] / 2, x[2] / 2, x[3])
  f <- function(q) { q <- matrix(q / sum(q), 2); e <- sum(rowSums(q) * colSums(q)); (sum(diag(q)) - e) / (1 - e) }
  g <- grad(f, q); sum(g^2 * q) - sum(g * q)^2 }
put("kappa.width", variance(0.6, 0.3) * (2 * qnorm(0.975) / 0.3)^2, variance(0.8, 0.1) * (2 * qnorm(0.975) / 0.2)^2)

# ICC: smallest n whose exact one-way interval has the wanted mean width, the mean over the F distribution of the ratio.
icc_width <- function(n, k, rho) { d1 <- n - 1; d2 <- n * (k - 1); scale <- 1 + k * rho / (1 - rho)
  u <- (seq_len(4000) - 0.5) / 4000; f <- scale * qf(u, d1, d2)
  lower <- f / qf(0.975, d1, d2); upper <- f * qf(0.975, d2, d1); mean((upper - 1) / (upper + k - 1) - (lower - 1) / (lower + k - 1)) }
for (s in list(c(3, 0.8, 0.2), c(2, 0.8, 0.2), c(4, 0.6, 0.3), c(2, 0.5, 0.3))) put(paste0("icc", s[1], "_", s[2]), first(function(n) icc_width(n, s[1], s[2]) <= s[3], 5))

# Limits of agreement: half width 0.34 sd (Bland 2004: 100 pairs give about 0.34 sd), searched; Lu et al. 2016 by R's pt.
z <- qnorm(0.975)
put("limits.width", first(function(n) z * sqrt(1 / n + z^2 / (2 * (n - 1))) <= 0.34))
lu <- function(mu, sd, d, power) first(function(n) { t <- qt(0.975, n - 1); se <- sd * sqrt(1 / n + z^2 / (2 * (n - 1)))
  suppressWarnings(pt(t, n - 1, (d - mu - z * sd) / se) + pt(t, n - 1, (d + mu - z * sd) / se)) <= 1 - power }, 3)
put("lu", lu(0.001167, 0.001129, 0.004, 0.8), lu(0, 1, 2.5, 0.9), lu(0.2, 1, 3, 0.8))

# McNemar: power of the normal approximation, searched.
put("mcnemar", first(function(n) pnorm((0.15 * sqrt(n) - z * sqrt(0.25)) / sqrt(0.25 - 0.15^2)) >= 0.8),
    first(function(n) pnorm((0.4 * sqrt(n) - z * sqrt(0.5)) / sqrt(0.5 - 0.4^2)) >= 0.8))
# Nam: the constrained expected likelihood maximised numerically.
nam <- function(p10, p01, margin, power) {
  q <- optimize(function(q) p10 * log(q - margin) + p01 * log(q) + (1 - p10 - p01) * log(1 - 2 * q + margin), c(margin, (1 + margin) / 2), maximum = TRUE, tol = 1e-14)$maximum
  v0 <- 2 * q - margin - margin^2; v1 <- p10 + p01 - (p10 - p01)^2; ((qnorm(0.975) * sqrt(v0) + qnorm(power) * sqrt(v1)) / (p10 - p01 + margin))^2
}
put("nam", nam(0.05, 0.05, 0.1, 0.8), nam(0.1, 0.08, 0.05, 0.9))
