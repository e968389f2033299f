# Values for proportion_test.cpp. Packages: epiR, survey, numDeriv.
suppressWarnings(suppressPackageStartupMessages({library(epiR); library(survey); library(numDeriv)}))
put <- function(name, ...) cat(name, sprintf("%.10g", c(...)), "\n")
cat("#", R.version.string, "epiR", format(packageVersion("epiR")), "survey", format(packageVersion("survey")),
    "numDeriv", format(packageVersion("numDeriv")), "\n")
score <- function(x, n, level = 0.95) suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)

# One proportion: k n level lower upper of prop.test(correct = FALSE) and of binom.test.
for (case in list(c(0, 10, .95), c(10, 10, .95), c(3, 17, .95), c(81, 263, .95), c(1, 29, .9), c(45, 50, .99))) {
  put("one", case, score(case[1], case[2], case[3]), binom.test(case[1], case[2], conf.level = case[3])$conf.int)
}

# Independent difference: k1 n1 k2 n2 lower upper, squares of prop.test's limits added (Newcombe 1998, method 10).
for (case in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20), c(6, 7, 2, 7), c(0, 10, 0, 10))) {
  a <- score(case[1], case[2]); b <- score(case[3], case[4])
  p <- case[1] / case[2]; q <- case[3] / case[4]
  put("difference", case, p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2))
}

# Paired difference: both firstOnly secondOnly neither, Newcombe's limits (paired, method 10), Tango's limits. Tango's by
# another road than his closed form: the likelihood under p12 - p21 = d maximised numerically, the score statistic
# from it, and the d where it equals the quantile.
tango <- function(b, c, n) {
  z <- qnorm(.975)
  excess <- function(d) {
    negative <- function(p21) {
      cells <- c(p21 + d, p21, 1 - 2 * p21 - d)
      counts <- c(b, c, n - b - c)
      -sum(ifelse(counts == 0, 0, counts * log(pmax(cells, 1e-300))))
    }
    from <- max(0, -d); to <- (1 - d) / 2
    p21 <- optimize(negative, c(from, to), tol = 1e-14)$minimum
    if (negative(from) < negative(p21)) p21 <- from
    if (negative(to) < negative(p21)) p21 <- to
    (b - c - n * d)^2 - z^2 * n * (2 * p21 + d - d^2)
  }
  seen <- (b - c) / n
  c(uniroot(excess, c(-1 + 1e-9, seen - 1e-7), tol = 1e-13)$root, uniroot(excess, c(seen + 1e-7, 1 - 1e-9), tol = 1e-13)$root)
}
newcombe <- function(a, b, c, d) {
  n <- a + b + c + d; p <- (a + b) / n; q <- (a + c) / n
  one <- score(a + b, n); two <- score(a + c, n)
  e <- a * d - b * c
  phi <- ifelse(e > n / 2, e - n / 2, min(e, 0)) / sqrt((a + b) * (c + d) * (a + c) * (b + d))
  if (!is.finite(phi)) phi <- 0
  lo <- c(p - one[1], two[2] - q); hi <- c(one[2] - p, q - two[1])
  m <- matrix(c(1, -phi, -phi, 1), 2)
  c(p - q - sqrt(drop(lo %*% m %*% lo)), p - q + sqrt(drop(hi %*% m %*% hi)))
}
for (case in list(c(1, 1, 7, 12), c(14, 5, 1, 22), c(80, 12, 9, 40), c(3, 9, 4, 5))) {
  put("paired", case, newcombe(case[1], case[2], case[3], case[4]), tango(case[2], case[3], sum(case)))
}

# Clusters: hits and totals; survey's svymean with the clusters as primary units, and the score interval of the effective
# sample.
set.seed(20240501)
total <- sample(1:4, 40, replace = TRUE)
hits <- rbinom(40, total, plogis(rnorm(40, 0.8, 1.5)))
rows <- data.frame(cluster = rep(1:40, total), hit = unlist(mapply(function(h, t) c(rep(1, h), rep(0, t - h)), hits, total)))
m <- svymean(~hit, svydesign(ids = ~cluster, weights = ~1, data = rows))
p <- as.numeric(coef(m)); effective <- p * (1 - p) / as.numeric(SE(m))^2
stopifnot(effective < nrow(rows))
put("hits", hits)
put("totals", total)
put("clustered", p, SE(m), score(p * effective, effective))

# Predictive values: true positives, positives, true negatives, negatives, prevalence; PPV lower upper; NPV lower upper;
# SE of both. The logit's derivative is numerical.
predictive <- function(x, prevalence) {
  accuracy <- c(x[1] / x[2], x[3] / x[4])
  variance <- accuracy * (1 - accuracy) / c(x[2], x[4])
  ppv <- function(a) qlogis(a[1] * prevalence / (a[1] * prevalence + (1 - a[2]) * (1 - prevalence)))
  npv <- function(a) qlogis(a[2] * (1 - prevalence) / (a[2] * (1 - prevalence) + (1 - a[1]) * prevalence))
  se <- sapply(c(ppv, npv), function(f) sqrt(sum(grad(f, accuracy)^2 * variance)))
  at <- c(ppv(accuracy), npv(accuracy)); value <- plogis(at)
  z <- qnorm(.975)
  c(value[1], plogis(at[1] - z * se[1]), plogis(at[1] + z * se[1]), value[2], plogis(at[2] - z * se[2]),
    plogis(at[2] + z * se[2]), value * (1 - value) * se)
}
put("predictive", 240, 418, 288, 375, 0.03, predictive(c(240, 418, 288, 375), 0.03))
put("predictive", 31, 40, 66, 71, 0.4, predictive(c(31, 40, 66, 71), 0.4))
k <- qnorm(.975)^2
put("adjusted", 40, 40, 66, 71, 0.25, predictive(c(40 + k / 2, 40 + k, 66 + k / 2, 71 + k), 0.25)[c(2, 3, 5, 6)])

# Likelihood ratios of epi.tests: TP FP FN TN, LR+ lower upper, LR- lower upper.
for (case in list(c(31, 5, 9, 66), c(240, 87, 178, 288))) {
  d <- epi.tests(as.table(matrix(case, 2, byrow = TRUE)))$detail
  row <- function(name) unlist(d[d$statistic == name, c("est", "lower", "upper")])
  put("ratios", case, row("lr.pos"), row("lr.neg"))
}
