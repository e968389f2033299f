# Values for bland_altman_test.cpp. Data: Bland & Altman 1986 (PEFR by Wright and mini meter, first readings), Bland & Altman
# 2007, table 1 (cardiac output of 12 subjects by RV and IC).
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "base, stats\n")

wright <- c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
mini <- c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
put("wright", wright); put("mini", mini)

# Bias by t.test; exact intervals of the limits by pt of the noncentral t, inverted with uniroot (qt of R would be the same
# function; this is its distribution, and our Boost quantile is neither).
exact <- function(d, z = qnorm(0.975), level = 0.95) {
  n <- length(d); delta <- z * sqrt(n)
  q <- function(p) uniroot(function(t) pt(t, n - 1, delta) - p, c(-50, 200), tol = 1e-12)$root / sqrt(n)
  near <- q((1 - level) / 2); far <- q(1 - (1 - level) / 2)
  c(mean(d) - far * sd(d), mean(d) - near * sd(d), mean(d) + near * sd(d), mean(d) + far * sd(d))
}
simple <- function(name, d, m) {
  t <- t.test(d)
  put(paste0(name, ".bias"), t$estimate, t$conf.int, sd(d))
  put(paste0(name, ".limits"), mean(d) - qnorm(0.975) * sd(d), mean(d) + qnorm(0.975) * sd(d))
  put(paste0(name, ".exact"), exact(d))
  fit <- lm(d ~ m); s <- summary(fit)$coefficients
  put(paste0(name, ".slope"), s[2, 1], s[2, 2], confint(fit)[2, ], s[2, 4])
  put(paste0(name, ".intercept"), s[1, 1], s[1, 2], confint(fit)[1, ])
}
simple("pefr", wright - mini, (wright + mini) / 2)
simple("log", log(wright) - log(mini), (log(wright) + log(mini)) / 2)
simple("percent", 100 * (wright - mini) / ((wright + mini) / 2), (wright + mini) / 2)
put("pefr.exact80", exact(wright - mini, z = qnorm(0.9), level = 0.9))

rows <- "1,7.83,6.57 1,7.42,5.62 1,7.89,6.9 1,7.12,6.57 1,7.88,6.35 2,6.16,4.06 2,7.26,4.29 2,6.71,4.26 2,6.54,4.09
3,4.75,4.71 3,5.24,5.5 3,4.86,5.08 3,4.78,5.02 3,6.05,6.01 3,5.42,5.67 4,4.21,4.14 4,3.61,4.2 4,3.72,4.61 4,3.87,4.68
4,3.92,5.04 5,3.13,3.03 5,2.98,2.86 5,2.85,2.77 5,3.17,2.46 5,3.09,2.32 5,3.12,2.43 6,5.92,5.9 6,6.42,5.81 6,5.92,5.7
6,6.27,5.76 7,7.13,5.09 7,6.62,4.63 7,6.58,4.61 7,6.93,5.09 8,4.54,4.72 8,4.81,4.61 8,5.11,4.36 8,5.29,4.2 8,5.39,4.36
8,5.57,4.2 9,4.48,3.17 9,4.92,3.12 9,3.97,2.96 10,4.22,4.35 10,4.65,4.62 10,4.74,3.16 10,4.44,3.53 10,4.5,3.53
11,6.78,7.2 11,6.07,6.09 11,6.52,7.0 11,6.42,7.1 11,6.41,7.4 11,5.76,6.8 12,5.06,4.5 12,4.72,4.2 12,4.9,3.8 12,4.8,3.8
12,4.9,4.2 12,5.1,4.5"
cardiac <- read.csv(text = gsub("[ \n]+", "\n", rows), header = FALSE, col.names = c("id", "rv", "ic"))
put("cardiac.id", cardiac$id); put("cardiac.rv", cardiac$rv); put("cardiac.ic", cardiac$ic)
cardiac$d <- cardiac$rv - cardiac$ic; cardiac$m <- (cardiac$rv + cardiac$ic) / 2; cardiac$id <- factor(cardiac$id)
n <- nlevels(cardiac$id); N <- nrow(cardiac); size <- as.vector(table(cardiac$id))

mover <- function(bias, se, total, parts, df) {
  z <- qnorm(0.975)
  u <- total + sqrt(sum((parts * (df / qchisq(0.025, df) - 1))^2)); l <- total - sqrt(sum((parts * (1 - df / qchisq(0.975, df)))^2))
  far <- sqrt((z * se)^2 + (z * (sqrt(u) - sqrt(total)))^2); near <- sqrt((z * se)^2 + (z * (sqrt(total) - sqrt(l)))^2)
  c(bias - z * sqrt(total) - far, bias - z * sqrt(total) + near, bias + z * sqrt(total) - near, bias + z * sqrt(total) + far)
}
# True value changing: mean squares by aov; variance of the bias by the sandwich of lm's residuals summed over subjects.
a <- summary(aov(d ~ id, cardiac))[[1]]
m0 <- (N - sum(size^2) / N) / (n - 1)
between <- (a[1, 3] - a[2, 3]) / m0; within <- a[2, 3]; total <- between + within
fit0 <- lm(d ~ 1, cardiac)
se <- sqrt(n / (n - 1) * sum(tapply(residuals(fit0), cardiac$id, sum)^2)) / N
put("pairs.bias", mean(cardiac$d), se, mean(cardiac$d) + c(-1, 1) * qt(0.975, n - 1) * se)
put("pairs.sd", sqrt(total), sqrt(within), sqrt(between))
put("pairs.limits", mover(mean(cardiac$d), se, total, c(a[1, 3] / m0, (1 - 1 / m0) * within), c(n - 1, N - n)))
fit <- lm(d ~ m, cardiac); X <- model.matrix(fit)
meat <- crossprod(rowsum(X * residuals(fit), cardiac$id)); bread <- solve(crossprod(X))
v <- bread %*% meat %*% bread * n / (n - 1) * (N - 1) / (N - 2)
put("pairs.slope", coef(fit)[2], sqrt(v[2, 2]), 2 * pt(-abs(coef(fit)[2] / sqrt(v[2, 2])), n - 1))
put("pairs.intercept", coef(fit)[1], sqrt(v[1, 1]))

# Replicates of an unchanging value.
within2 <- function(y) summary(aov(y ~ cardiac$id))[[1]][2, 3]
means <- tapply(cardiac$d, cardiac$id, mean); w <- 1 - mean(1 / size)
parts <- c(var(means), w * within2(cardiac$rv), w * within2(cardiac$ic))
put("replicates.bias", mean(means), sd(means) / sqrt(n), t.test(means)$conf.int)
put("replicates.sd", sqrt(sum(parts)))
put("replicates.limits", mover(mean(means), sd(means) / sqrt(n), sum(parts), parts, c(n - 1, N - n, N - n)))
