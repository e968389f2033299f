# Values for mrmc_test.cpp. Data: Van Dyke et al. 1993 as distributed by the University of Iowa (OR-DBM MRMC) and in RJafroc:
# 114 cases (69 without, 45 with aortic dissection), 5 readers, spin echo (1) and cine MRI (2), in vandyke.csv.
# No package: AUC as the share of pairs, jackknife by leaving out; the covariance of DeLong by R's cov of the placements; the
# analysis of variance by aov.
put <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "base, stats\n")
x <- read.csv("vandyke.csv"); truth <- x$truth == 1
scores <- as.matrix(x[, -(1:2)]) # t1r1 ... t1r5, t2r1 ... t2r5
auc <- function(s, t) { d <- outer(s[t], s[!t], "-"); mean((d > 0) + (d == 0) / 2) }
theta <- apply(scores, 2, auc, truth); put("auc", theta)
leave <- sapply(1:nrow(x), function(i) apply(scores[-i, ], 2, auc, truth[-i]))
n <- nrow(x); jack <- (n - 1)^2 / n * cov(t(leave))
place <- function(s) list(p = sapply(s[truth], function(v) mean((v > s[!truth]) + (v == s[!truth]) / 2)),
                          q = sapply(s[!truth], function(v) mean((s[truth] > v) + (s[truth] == v) / 2)))
pl <- apply(scores, 2, place); delong <- cov(sapply(pl, `[[`, "p")) / sum(truth) + cov(sapply(pl, `[[`, "q")) / sum(!truth)
tt <- rep(1:2, each = 5); rr <- rep(1:5, 2)
parts <- function(v) { st <- outer(tt, tt, "=="); sr <- outer(rr, rr, "=="); c(mean(v[st & sr]), mean(v[!st & sr]), mean(v[st & !sr]), mean(v[!st & !sr])) }
put("jackknife", parts(jack)); put("delong", parts(delong))
a <- summary(aov(theta ~ factor(tt) + factor(rr)))[[1]]; put("ms", a[, 3])
rr_test <- function(e) {
  term <- a[3, 3] + 5 * max(e[3] - e[4], 0); df <- term^2 / (a[3, 3]^2 / 4); f <- a[1, 3] / term
  c(f, df, pf(f, 1, df, lower.tail = FALSE), sqrt(2 / 5 * term))
}
put("jackknife.random", rr_test(parts(jack))); put("delong.random", rr_test(parts(delong)))
# A system against readers: reader 1 of spin echo taken for the system. The errors of the differences are jackknifed directly.
d <- leave[1, ] - t(leave[2:5, ]); dd <- theta[1] - theta[2:5]; v <- (n - 1)^2 / n * cov(d)
cov2 <- mean(v[row(v) != col(v)]); ms <- var(dd); term <- ms + 4 * max(cov2, 0); df <- term^2 / (ms^2 / 3); se <- sqrt(term / 4)
put("single", mean(dd), se, df, mean(dd) + c(-1, 1) * qt(0.975, df) * se, 2 * pt(-abs(mean(dd) / se), df))
# Jackknife over patients: cases in pairs.
patient <- rep(1:57, each = 2); put("patients", sapply(1:1, function(i) {
  l <- sapply(1:57, function(k) apply(scores[patient != k, ], 2, auc, truth[patient != k])); parts((57 - 1)^2 / 57 * cov(t(l))) }))
# Sensitivity of scores of 3 or more.
sens <- apply(scores[truth, ] >= 3, 2, mean); put("sensitivity", sens)
