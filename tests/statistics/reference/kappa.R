# Values for kappa_test.cpp and confusion_test.cpp. Packages: psych, epiR, numDeriv.
suppressWarnings(suppressPackageStartupMessages({library(psych); library(epiR); library(numDeriv)}))
put <- function(name, ...) cat(name, sprintf("%.10g", c(...)), "\n")
cat("#", R.version.string, "psych", format(packageVersion("psych")), "epiR", format(packageVersion("epiR")),
    "numDeriv", format(packageVersion("numDeriv")), "\n")

three <- matrix(c(88, 14, 18, 10, 40, 10, 2, 6, 12), 3, byrow = TRUE)
four <- matrix(c(44, 5, 1, 0, 3, 20, 9, 0, 0, 9, 21, 5, 0, 0, 4, 33), 4, byrow = TRUE)
two <- matrix(c(80, 7, 15, 18), 2, byrow = TRUE)

# psych::cohen.kappa: without (and its SE), with linear and with quadratic weights. Its SE of weighted kappa is not the
# one of Fleiss, Cohen & Everitt (1969), so that is found below.
for (name in c("three", "four", "two")) {
  x <- get(name)
  k <- nrow(x)
  linear <- 1 - abs(outer(1:k, 1:k, "-")) / (k - 1)
  a <- cohen.kappa(x); b <- cohen.kappa(x, w = linear)
  put(paste0(name, ".counts"), t(x))
  put(paste0(name, ".kappa"), a$kappa, sqrt(a$var.kappa), b$weighted.kappa, a$weighted.kappa)
}

# SE of all three by another road: the derivative of kappa by the cells' shares, numerically, in the multinomial's variance.
value <- function(p, w) { p <- matrix(p, nrow(w)); (sum(w * p) - sum(w * outer(rowSums(p), colSums(p)))) / (1 - sum(w * outer(rowSums(p), colSums(p)))) }
delta <- function(f, x) { p <- as.vector(x) / sum(x); g <- grad(f, p); sqrt((sum(g^2 * p) - sum(g * p)^2) / sum(x)) }
for (name in c("three", "four", "two")) {
  x <- get(name); k <- nrow(x); d <- abs(outer(1:k, 1:k, "-")) / (k - 1)
  put(paste0(name, ".delta"), sapply(list(diag(k), 1 - d, 1 - d^2), function(w) delta(function(p) value(p, w), x)))
}

# epiR::epi.kappa (2 x 2): prevalence index, bias index, PABAK, z, two-sided p.
e <- epi.kappa(two, method = "fleiss")
put("two.context", e$prop.agree$obs, e$prop.agree$exp, abs(e$pindex$est), abs(e$bindex$est), e$pabak$est, e$z$test.statistic, e$z$p.value)

# Macro F1 and its SE: numerical derivative in the multinomial's variance.
macro <- function(p) { p <- matrix(p, sqrt(length(p))); mean(2 * diag(p) / (rowSums(p) + colSums(p))) }
put("four.macroF1", macro(four / sum(four)), delta(macro, four))
put("three.macroF1", macro(three / sum(three)), delta(macro, three))

# Balanced accuracy: prop.test's limits (Wilson) of the classes combined.
score <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
limits <- sapply(1:4, function(i) score(four[i, i], sum(four[i, ])))
p <- diag(four) / rowSums(four)
put("four.balanced", mean(p), mean(p) - sqrt(sum((p - limits[1, ])^2)) / 4, mean(p) + sqrt(sum((limits[2, ] - p)^2)) / 4,
    sqrt(sum(p * (1 - p) / rowSums(four))) / 4)
# F1 of the second class: TP / (TP + FP + FN) by prop.test, carried over.
j <- c(20 / 46, score(20, 46))
put("four.f1", 2 * j / (1 + j))
