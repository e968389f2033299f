# Values for roc_test.cpp. Package: pROC.
suppressWarnings(suppressPackageStartupMessages(library(pROC)))
put <- function(name, ...) cat(name, sprintf("%.10g", c(...)), "\n")
cat("#", R.version.string, "pROC", format(packageVersion("pROC")), "\n")

# 150 cases of 60 patients, scores rounded so that there are ties.
set.seed(20240502)
patient <- sort(sample(1:60, 150, replace = TRUE))
own <- rnorm(60)
truth <- rbinom(150, 1, plogis(-0.5 + own[patient]))
first <- round(truth * 1.2 + own[patient] / 2 + rnorm(150), 1)
second <- round(truth * 0.8 + own[patient] / 2 + rnorm(150), 1)
third <- round(first / 2 + rnorm(150), 1)
put("patient", patient); put("truth", truth); put("first", first); put("second", second); put("third", third)

a <- roc(truth, first, direction = "<", quiet = TRUE)
b <- roc(truth, second, direction = "<", quiet = TRUE)
d <- roc(truth, third, direction = "<", quiet = TRUE)
wald <- ci.auc(a, method = "delong")
se <- sqrt(var(a, method = "delong")); area <- as.numeric(auc(a))
put("auc", area, se, wald[1], wald[3], plogis(qlogis(area) + c(-1, 1) * qnorm(.975) * se / (area * (1 - area))))
test <- roc.test(a, b, paired = TRUE, method = "delong")
put("paired", auc(a), auc(b), test$statistic, test$p.value, test$conf.int)
put("covariance", var(a), cov(a, b), cov(a, d), cov(a, b), var(b), cov(b, d), cov(a, d), cov(b, d), var(d))

# coords: threshold (halfway between scores in pROC), sensitivity, specificity.
put("youden", unlist(coords(a, "best", best.method = "youden", transpose = FALSE)[1, c("threshold", "sensitivity", "specificity")]))
all <- coords(a, "all", transpose = FALSE)
put("points", nrow(all), all$sensitivity, all$specificity)
at90 <- all[all$sensitivity >= 0.9, ]; at90 <- at90[which.max(at90$specificity), ]
put("at90sensitivity", unlist(at90[c("sensitivity", "specificity")]))
at80 <- all[all$specificity >= 0.8, ]; at80 <- at80[which.max(at80$sensitivity), ]
put("at80specificity", unlist(at80[c("sensitivity", "specificity")]))

# Obuchowski (1997), no package of Debian's has it: all pairs compared in a matrix, then sums of its rows and columns by
# patient, for two scores at once. Variances of both and the covariance.
kernel <- function(s) outer(s[truth == 1], s[truth == 0], function(x, y) (x > y) + (x == y) / 2)
positives <- patient[truth == 1]; negatives <- patient[truth == 0]
m <- length(positives); n <- length(negatives); everyone <- sort(unique(patient))
sums <- function(s) {
  k <- kernel(s); theta <- mean(k)
  x <- rowMeans(k) - theta; y <- colMeans(k) - theta
  cbind(sapply(everyone, function(i) sum(x[positives == i])), sapply(everyone, function(i) sum(y[negatives == i])))
}
obuchowski <- function(s, t) {
  u <- sums(s); v <- sums(t)
  i10 <- length(unique(positives)); i01 <- length(unique(negatives)); i <- length(everyone)
  s10 <- i10 / ((i10 - 1) * m) * sum(u[, 1] * v[, 1])
  s01 <- i01 / ((i01 - 1) * n) * sum(u[, 2] * v[, 2])
  s11 <- i / (i - 1) * c(sum(u[, 1] * v[, 2]), sum(u[, 2] * v[, 1]))
  s10 / m + s01 / n + sum(s11) / (m * n)
}
put("clustered", obuchowski(first, first), obuchowski(first, second), obuchowski(second, second))

# Newcombe (2006, part 2), method 5, at an observed area of 1: level, positives, negatives, lower limit.
for (case in list(c(.95, 10, 15), c(.95, 3, 4), c(.9, 40, 60))) {
  z <- qnorm((1 + case[1]) / 2); p <- case[2]; q <- case[3]
  f <- function(t) (1 - t) - z * sqrt(t * (1 - t) / (p * q) * (1 + ((p + q) / 2 - 1) * ((1 - t) / (2 - t) + t / (1 + t))))
  put("perfect", case, uniroot(f, c(1e-6, 1 - 1e-6), tol = 1e-13)$root)
}
