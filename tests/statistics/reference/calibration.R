# Values for calibration_test.cpp and decision_curve_test.cpp. Packages: sandwich, survey.
suppressWarnings(suppressPackageStartupMessages({library(sandwich); library(survey)}))
put <- function(name, ...) cat(name, sprintf("%.10g", c(...)), "\n")
cat("#", R.version.string, "sandwich", format(packageVersion("sandwich")), "survey", format(packageVersion("survey")), "\n")

# 120 cases of 50 patients; probabilities too bold, rounded so that some are equal.
set.seed(20240503)
patient <- sort(sample(1:50, 120, replace = TRUE))
x <- rnorm(120) + rnorm(50)[patient]
y <- rbinom(120, 1, plogis(0.3 + 0.6 * x))
p <- pmin(pmax(round(plogis(x), 2), 0.01), 0.99)
put("patient", patient); put("outcome", y); put("probability", p)

# Line of glm, with SEs; tight convergence. Sandwich SEs by vcovCL (HC0, clusters / (clusters - 1)).
exact <- glm.control(epsilon = 1e-15, maxit = 100)
fit <- glm(y ~ qlogis(p), family = binomial, control = exact)
large <- glm(y ~ offset(qlogis(p)), family = binomial, control = exact)
put("line", coef(fit), sqrt(diag(vcov(fit))), coef(large), sqrt(vcov(large)))
put("line.clustered", sqrt(diag(vcovCL(fit, patient, type = "HC0"))), sqrt(vcovCL(large, patient, type = "HC0")))
statistic <- 2 * (as.numeric(logLik(fit)) - sum(dbinom(y, 1, p, log = TRUE)))
put("perfect", statistic, pchisq(statistic, 2, lower.tail = FALSE))
# Spiegelhalter: the Brier score against its expectation and variance where the probabilities are right.
z <- (mean((y - p)^2) - mean(p * (1 - p))) / sqrt(sum((1 - 2 * p)^2 * p * (1 - p)) / 120^2)
put("spiegelhalter", z, 2 * pnorm(-abs(z)))

# Brier score: t.test of the squares; with patients svymean and t with 49 (or as many patients as there are, less 1).
squares <- (y - p)^2
put("brier", mean(squares), t.test(squares)$conf.int)
m <- svymean(~squares, design <- svydesign(ids = ~patient, weights = ~1, data = data.frame(squares, patient)))
put("brier.clustered", SE(m), confint(m, df = degf(design)))
# Murphy's three terms by distinct probability.
by <- split(y, p); n <- lengths(by); o <- sapply(by, mean); f <- as.numeric(names(by))
put("murphy", sum(n * (f - o)^2) / 120, sum(n * (o - mean(y))^2) / 120, mean(y) * (1 - mean(y)))
put("scaled", 1 - mean(squares) / (mean(y) * (1 - mean(y))))

# Ten bins of equal width: counts, events, mean probability; ECE and MCE.
bin <- cut(p, (0:10) / 10, right = FALSE, include.lowest = TRUE)
stopifnot(all(table(bin) > 0))
put("width.count", table(bin)); put("width.events", tapply(y, bin, sum)); put("width.mean", tapply(p, bin, mean))
gap <- abs(tapply(y, bin, mean) - tapply(p, bin, mean))
put("width.ece", sum(gap * table(bin)) / 120, max(gap))

# Four classes: Brier (1950).
raw <- matrix(rexp(30 * 4), 30); q <- raw / rowSums(raw); truth <- sample(0:3, 30, replace = TRUE)
put("classes.truth", truth); put("classes.probability", t(q))
each <- rowSums((q - diag(4)[truth + 1, ])^2)
put("classes.brier", mean(each), t.test(each)$conf.int)

# Net benefit: threshold, value, limits of t.test over the cases' shares, of all treated; with patients SE by svymean.
for (t in c(0.05, 0.2, 0.35, 0.5, 0.8)) {
  share <- (p >= t) * ifelse(y == 1, 1, -t / (1 - t))
  s <- svymean(~share, svydesign(ids = ~patient, weights = ~1, data = data.frame(share, patient)))
  table <- table(factor(p >= t, c(FALSE, TRUE)), factor(y, 0:1))
  put("benefit", t, table[2, 2] / 120 - table[2, 1] / 120 * t / (1 - t), t.test(share)$conf.int,
      mean(y) - (1 - mean(y)) * t / (1 - t), SE(s))
}
