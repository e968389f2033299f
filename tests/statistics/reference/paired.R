# Values for paired_test.cpp. Base R has McNemar's chi-square and the binomial test; score statistics and clustered tests are
# written out here by another road than in C++ (see each).
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "base, stats\n")

# Approval ratings of Agresti 1990, page 350 (R's example of mcnemar.test), and tables with few discordant pairs.
for (t in list(c(794, 150, 86, 570), c(20, 5, 12, 3), c(1, 1, 7, 12), c(8, 6, 0, 9), c(5, 3, 3, 5))) {
  name <- paste0("t", t[2], "_", t[3]); m <- matrix(t, 2, byrow = TRUE); b <- t[2]; c <- t[3]
  put(paste0(name, ".counts"), t)
  plain <- mcnemar.test(m, correct = FALSE); corrected <- mcnemar.test(m)
  put(paste0(name, ".chi"), plain$statistic, plain$p.value, corrected$statistic, corrected$p.value)
  exact <- binom.test(b, b + c)
  # mid-p: the exact p less half the probability of this outcome and its mirror image.
  put(paste0(name, ".exact"), exact$p.value, min(1, exact$p.value - dbinom(b, b + c, 0.5) * (if (b == c) 0 else 1)))
  ci <- binom.test(b, b + c)$conf.int
  put(paste0(name, ".odds"), b / c, ci / (1 - ci))
}

# Nam's statistic: constrained maximum of the multinomial likelihood found numerically (C++ has the closed form).
score <- function(both, b, c, neither, margin) {
  n <- both + b + c + neither
  loglik <- function(q) { # q = p(second only); p(first only) = q - margin
    p10 <- q - margin; rest <- 1 - q - p10
    (if (b > 0) b * log(p10) else 0) + (if (c > 0) c * log(q) else 0) + (if (both + neither > 0) (both + neither) * log(rest) else 0)
  }
  q <- optimize(loglik, c(margin, (1 + margin) / 2), maximum = TRUE, tol = 1e-14)$maximum
  (b - c + n * margin) / sqrt(n * (2 * q - margin - margin^2))
}
for (t in list(c(43, 0, 1, 0), c(34, 4, 7, 5), c(200, 12, 15, 73), c(60, 20, 8, 12))) {
  z <- score(t[1], t[2], t[3], t[4], 0.1)
  put(paste0("nam", t[2], "_", t[3]), t, z, pnorm(-z))
}

# Clusters: made up from a seed; patients give 1 to 4 cases.
set.seed(11)
k <- 25; size <- sample(1:4, k, TRUE)
x <- lapply(size, function(m) { u <- rnorm(1); cbind(a = rbinom(m, 1, plogis(1 + u)), b = rbinom(m, 1, plogis(0.2 + u))) })
cells <- t(sapply(x, function(v) c(sum(v[, 1] & v[, 2]), sum(v[, 1] & !v[, 2]), sum(!v[, 1] & v[, 2]), sum(!v[, 1] & !v[, 2]))))
put("clusters", t(cells))
# Obuchowski 1998: the two variances and the covariance one by one, pooled and not.
n <- size; N <- sum(n); x1 <- sapply(x, function(v) sum(v[, 1])); x2 <- sapply(x, function(v) sum(v[, 2]))
p1 <- sum(x1) / N; p2 <- sum(x2) / N; p <- (p1 + p2) / 2
v <- function(xa, pa, xb, pb) k / (k - 1) * sum((xa - n * pa) * (xb - n * pb)) / N^2
pooled <- v(x1, p, x1, p) + v(x2, p, x2, p) - 2 * v(x1, p, x2, p)
own <- v(x1, p1, x1, p1) + v(x2, p2, x2, p2) - 2 * v(x1, p1, x2, p2)
chi <- (p1 - p2)^2 / pooled
put("obuchowski", chi, pchisq(chi, 1, lower.tail = FALSE))
put("difference", p1 - p2, sqrt(own), p1 - p2 + c(-1, 1) * qnorm(0.975) * sqrt(own))
# Durkalski 2003, on the patients' shares.
d <- cells[, 2] / n - cells[, 3] / n; chi <- sum(d)^2 / sum(d^2)
put("durkalski", chi, pchisq(chi, 1, lower.tail = FALSE))
# The clustered difference on its effective sample: Tango's limits are where the score statistic is the normal quantile, the
# likelihood maximised numerically (C++ has the closed form and bisects a polynomial).
scoreAt <- function(n, b, c, delta) { # of p(first only) - p(second only) = delta
  loglik <- function(q) (if (b > 0) b * log(q + delta) else 0) + (if (c > 0) c * log(q) else 0) + (n - b - c) * log(1 - 2 * q - delta)
  q <- optimize(loglik, c(max(0, -delta), (1 - delta) / 2), maximum = TRUE, tol = 1e-14)$maximum
  (b - c - n * delta) / sqrt(n * (2 * q + delta - delta^2))
}
tango <- function(n, b, c) {
  f <- function(delta, z) scoreAt(n, b, c, delta) - z
  d <- (b - c) / n; z <- qnorm(0.975)
  c(uniroot(f, c(-0.999, d - 1e-6), z = z, tol = 1e-12)$root, uniroot(f, c(d + 1e-6, 0.999), z = -z, tol = 1e-12)$root)
}
effective <- function(cells) {
  n <- rowSums(cells); k <- nrow(cells); N <- sum(n); b <- sum(cells[, 2]); c <- sum(cells[, 3]); d <- (b - c) / N
  clustered <- k / (k - 1) * sum((cells[, 2] - cells[, 3] - n * d)^2) / N^2
  size <- N / max(1, clustered / (((b + c) / N - d^2) / N))
  c(size, b / N * size, c / N * size, sqrt(clustered))
}
e <- effective(cells)
put("effective", e[1], tango(e[1], e[2], e[3]))
put("effective.nam", scoreAt(e[1], e[2], e[3], -0.1))
# One discordant pair among 14 patients: 9 with two cases, 5 with one.
few <- rbind(c(1, 1, 0, 0), matrix(rep(c(2, 0, 0, 0), 8), 8, byrow = TRUE), matrix(rep(c(1, 0, 0, 0), 5), 5, byrow = TRUE))
e <- effective(few)
put("few", e[1], tango(e[1], e[2], e[3]), scoreAt(e[1], e[2], e[3], -0.05), 1 / 23 + c(-1, 1) * qnorm(0.975) * e[4])
