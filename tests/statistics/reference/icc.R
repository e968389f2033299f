# Values for icc_test.cpp. Package: psych. Data: Shrout & Fleiss 1979, table 2; and a table with a systematic rater.
suppressPackageStartupMessages(library(psych))
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "psych", format(packageVersion("psych")), "\n")
order <- c("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
run <- function(name, x, alpha = 0.05) {
  r <- ICC(x, lmer = FALSE, alpha = alpha)$results; r <- r[match(order, r$type), ]
  put(paste0(name, ".icc"), r$ICC); put(paste0(name, ".lower"), r$`lower bound`); put(paste0(name, ".upper"), r$`upper bound`)
  put(paste0(name, ".F"), r$F); put(paste0(name, ".p"), r$p)
  # Errors of measurement by another road: within-subject variance as the mean of the rows' variances, and the residuals of a
  # two-way lm.
  n <- nrow(x); k <- ncol(x); w <- mean(apply(x, 1, var)); df <- n * (k - 1)
  put(paste0(name, ".sem"), sqrt(w), sqrt(w * df / qchisq(c(1 - alpha / 2, alpha / 2), df)))
  long <- data.frame(y = as.vector(x), s = factor(rep(1:n, k)), r = factor(rep(1:k, each = n)))
  e <- summary(lm(y ~ s + r, long))$sigma
  put(paste0(name, ".semConsistency"), e)
  put(paste0(name, ".mdc95"), qnorm(0.975) * sqrt(2) * sqrt(w))
}
sf <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), 6, byrow = TRUE)
put("sf.values", t(sf)); run("sf", sf)
offset <- matrix(c(3.1, 3.6, 4.0, 4.4, 2.7, 3.3, 5.2, 5.6, 3.9, 4.5, 4.4, 4.6, 6.0, 6.7, 2.2, 2.9), 8, byrow = TRUE)
put("offset.values", t(offset)); run("offset", offset); run("offset90", offset, 0.1)
set.seed(5)
low <- matrix(round(rnorm(30, 10, 2), 1), 10); put("low.values", t(low)); run("low", low)
