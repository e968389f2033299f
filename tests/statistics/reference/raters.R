# Values for raters_test.cpp: the linearised standard errors and alpha by other roads than in C++. Package: psych (kappas).
suppressPackageStartupMessages(library(psych))
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "psych", format(packageVersion("psych")), "\n")

# Made up from a seed: 40 hips of 24 patients, 4 raters, 4 grades, holes.
set.seed(3)
patient <- sort(sample(1:24, 40, TRUE)); patient <- match(patient, unique(patient))
truth <- (rnorm(max(patient))[patient] + rnorm(40, 0, 0.7))
x <- sapply(1:4, function(j) findInterval(truth + rnorm(40, 0.1 * j, 0.5), c(-0.8, 0.2, 1.2)))
x[sample(160, 14)] <- NA
put("made.ratings", t(ifelse(is.na(x), -1, x))); put("made.patients", patient)

w <- list(none = diag(4), linear = 1 - abs(outer(1:4, 1:4, "-")) / 3, quadratic = 1 - (outer(1:4, 1:4, "-") / 3)^2)
# Coefficients as plain functions of the table; their errors as infinitesimal jackknife: numeric derivative by each subject's
# weight. That is the linearisation without its algebra.
coefs <- function(x, W, weight = rep(1, nrow(x))) {
  cnt <- t(apply(x, 1, function(r) tabulate(r + 1, 4))); r <- rowSums(cnt)
  two <- r >= 2; some <- r >= 1
  pa <- rowSums(cnt * (cnt %*% W - 1)) / (r * (r - 1))
  po <- sum((weight * pa)[two]) / sum(weight[two])
  pi <- colSums(weight[some] * (cnt / r)[some, ]) / sum(weight[some])
  pef <- sum(W * outer(pi, pi)); peg <- sum(W) * sum(pi * (1 - pi)) / 12
  marg <- sapply(1:4, function(g) { v <- sapply(0:3, function(k) sum((weight * (x[, g] == k))[!is.na(x[, g])])); v / sum(v) })
  pec <- mean(combn(4, 2, function(p) sum(W * outer(marg[, p[1]], marg[, p[2]]))))
  c(pa = po, fleiss = (po - pef) / (1 - pef), gwet = (po - peg) / (1 - peg), conger = (po - pec) / (1 - pec))
}
errors <- function(x, W, cluster) {
  n <- nrow(x); h <- 1e-5
  infl <- t(sapply(1:n, function(i) { e <- rep(1, n); e[i] <- 1 + h; a <- coefs(x, W, e); e[i] <- 1 - h; (a - coefs(x, W, e)) / (2 * h) }))
  s <- rowsum(infl, cluster); m <- nrow(s); sqrt(m / (m - 1) * colSums(s^2))
}
for (name in names(w)) {
  put(paste0("made.", name), coefs(x, w[[name]]))
  put(paste0("made.", name, ".se"), errors(x, w[[name]], 1:40))
  put(paste0("made.", name, ".clustered"), errors(x, w[[name]], patient))
  jack <- function(cluster) { m <- max(cluster); v <- sapply(1:m, function(i) coefs(x[cluster != i, ], w[[name]])["conger"]); sqrt((m - 1)^2 / m * var(v)) }
  put(paste0("made.", name, ".conger"), jack(1:40), jack(patient))
}

# Krippendorff's alpha by its coincidence matrix.
alpha <- function(x, metric) {
  v <- sort(unique(as.vector(x[!is.na(x)]))); q <- length(v); o <- matrix(0, q, q)
  for (i in 1:nrow(x)) {
    u <- match(x[i, !is.na(x[i, ])], v); m <- length(u)
    if (m > 1) for (a in 1:m) for (b in 1:m) if (a != b) o[u[a], u[b]] <- o[u[a], u[b]] + 1 / (m - 1)
  }
  nc <- rowSums(o); n <- sum(nc)
  delta <- outer(1:q, 1:q, Vectorize(function(a, b) switch(metric, nominal = as.numeric(a != b), interval = (v[a] - v[b])^2,
    ratio = if (v[a] + v[b] > 0) ((v[a] - v[b]) / (v[a] + v[b]))^2 else 0, ordinal = (sum(nc[a:b]) - (nc[a] + nc[b]) / 2)^2)))
  1 - (n - 1) * sum(o * delta) / sum(outer(nc, nc) * delta)
}
for (metric in c("nominal", "ordinal", "interval", "ratio")) {
  jack <- function(cluster) { m <- max(cluster); v <- sapply(1:m, function(i) alpha(x[cluster != i, , drop = FALSE], metric)); sqrt((m - 1)^2 / m * var(v)) }
  put(paste0("alpha.", metric), alpha(x, metric), jack(1:40), jack(patient))
}
# Of measurements.
y <- matrix(round(rnorm(12, 4, 1), 1), 12, 3) + round(rnorm(36, 0, 0.3), 1); y <- round(y, 1); y[5, 2] <- NA; y[9, ] <- NA
put("measures", t(ifelse(is.na(y), -1, y)))
put("measures.alpha", sapply(c("nominal", "ordinal", "interval", "ratio"), function(m) alpha(y, m)))

# Pairwise kappas, psych::cohen.kappa.
for (a in 1:3) for (b in (a + 1):4) {
  both <- !is.na(x[, a]) & !is.na(x[, b]); tab <- table(factor(x[both, a], 0:3), factor(x[both, b], 0:3))
  k <- cohen.kappa(matrix(tab, 4))
  put(paste0("pair", a, b), sum(both), k$kappa, k$weighted.kappa, sqrt(k$var.kappa), sum(diag(tab)) / sum(tab))
}
