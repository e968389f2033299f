# Values for bootstrap_test.cpp and coverage_test.cpp. Package: boot.
suppressWarnings(suppressPackageStartupMessages(library(boot)))
put <- function(name, ...) cat(name, sprintf("%.10g", c(...)), "\n")
cat("#", R.version.string, "boot", format(packageVersion("boot")), "\n")

# A ratio of skewed data: replicates, estimate, jackknife values; boot.ci's percentile and BCa limits at 95 % and 80 %.
set.seed(20240504)
d <- data.frame(u = rexp(25), v = 1 + rexp(25))
ratio <- function(d, i) sum(d$u[i]) / sum(d$v[i])
b <- boot(d, ratio, R = 399)
left <- sapply(1:25, function(i) ratio(d, -i))
put("replicates", b$t); put("estimate", b$t0); put("jackknife", left)
b$t[] <- as.numeric(sprintf("%.10g", b$t))
for (level in c(.95, .8)) {
  ci <- boot.ci(b, conf = level, type = c("perc", "bca"), L = (25 - 1) * (mean(left) - left))
  put("limits", level, ci$percent[4:5], ci$bca[4:5])
}

# Of a mean the bootstrap's SE is known: sqrt of the mean square deviation over n. Of clusters: of the ratio by size.
put("u", d$u); put("v", d$v)
put("se.mean", sqrt(mean((d$u - mean(d$u))^2) / 25))

# Area under the risk-coverage curve with a block of three equal confidences: the mean over all orders of the block.
confidence <- c(.9, .8, .7, .7, .7, .6, .5, .4)
wrong <- c(0, 0, 1, 0, 1, 0, 1, 1)
orders <- list(c(3, 4, 5), c(3, 5, 4), c(4, 3, 5), c(4, 5, 3), c(5, 3, 4), c(5, 4, 3))
area <- function(w) mean(cumsum(w) / seq_along(w))
aurc <- mean(sapply(orders, function(o) area(wrong[c(1, 2, o, 6, 7, 8)])))
put("aurc", aurc, aurc - area(sort(wrong)))
