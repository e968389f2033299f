# Values for verification_test.cpp. Packages: numDeriv (numeric delta method), epiR (true prevalence).
suppressWarnings(suppressPackageStartupMessages({library(numDeriv); library(epiR)}))
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "numDeriv", format(packageVersion("numDeriv")), "epiR", format(packageVersion("epiR")), "\n")

# Corrected values as functions of the results' shares and the rates within; their covariance is known, the derivative numeric.
bg <- function(name, positive, v1, v0, un) {
  k <- length(v1); total <- v1 + v0 + un; N <- sum(total); w <- total / N; r <- v1 / (v1 + v0)
  V <- rbind(cbind((diag(w) - outer(w, w)) / N, matrix(0, k, k)), cbind(matrix(0, k, k), diag(r * (1 - r) / (v1 + v0))))
  f <- list(sens = function(p) { a <- p[1:k] * p[k + 1:k]; sum(a[positive]) / sum(a) },
            spec = function(p) { a <- p[1:k] * (1 - p[k + 1:k]); sum(a[!positive]) / sum(a) },
            prev = function(p) sum(p[1:k] * p[k + 1:k]))
  for (what in names(f)) { x <- f[[what]](c(w, r)); g <- grad(f[[what]], c(w, r)); se <- sqrt(drop(g %*% V %*% g))
    put(paste0(name, ".", what), x, se, plogis(qlogis(x) + c(-1, 1) * qnorm(0.975) * se / (x * (1 - x)))) }
}
# Hepatic scintigraphy, Drum & Christacopoulos 1972: the example of Begg & Greenes 1983.
bg("liver", c(FALSE, TRUE), c(27, 231), c(54, 32), c(140, 166))
bg("graded", c(FALSE, FALSE, TRUE, TRUE), c(2, 5, 20, 30), c(40, 15, 10, 2), c(200, 20, 6, 0))
put("liver.chi", unlist(chisq.test(matrix(c(81, 140, 263, 166), 2), correct = FALSE)[c("statistic", "p.value")]))
put("small.fisher", fisher.test(matrix(c(2, 9, 7, 3), 2))$p.value)

# Bounds: every way to divide the unverified.
all <- expand.grid(a = 0:6, b = 0:9) # positives' and negatives' unverified with the condition
s <- (10 + all$a) / (10 + all$a + 3 + all$b); c <- (12 + 9 - all$b) / (12 + 9 - all$b + 4 + 6 - all$a)
put("bounds", range(s), range(c))

# Imperfect reference: Gart & Buck by a numeric delta method.
tab <- c(80, 12, 10, 198); n <- sum(tab); p <- tab / n; se <- 0.9; sp <- 0.97
f <- list(sens = function(p) (sp * p[1] - (1 - sp) * p[2]) / (sp * (p[1] + p[3]) - (1 - sp) * (p[2] + p[4])),
          spec = function(p) (se * p[4] - (1 - se) * p[3]) / (se * (p[2] + p[4]) - (1 - se) * (p[1] + p[3])))
for (what in names(f)) { g <- grad(f[[what]], p); put(paste0("gart.", what), f[[what]](p), sqrt((sum(g^2 * p) - sum(g * p)^2) / n)) }
rg <- epi.prev(pos = 90, tested = 300, se = 0.9, sp = 0.97, method = "wilson", units = 1)$tp
put("rogan", rg$est, sqrt(0.3 * 0.7 / 300) / 0.87)
# Bounds without independence: all shares of the condition in the cells, on a grid.
prev <- (p[1] + p[3] + sp - 1) / (se + sp - 1)
x <- seq(0, p[1], length.out = 4001); a <- x[prev * se - x <= p[3] + 1e-12 & prev * se - x >= -1e-12]
y <- seq(0, p[2], length.out = 4001); b <- y[prev * (1 - se) - y <= p[4] + 1e-12 & prev * (1 - se) - y >= -1e-12]
put("gart.bounds", (min(a) + min(b)) / prev, (max(a) + max(b)) / prev)
