# Makes the figures of R that the tests of sensitive questions hold: reference_sensitive.csv and sensitive_people.csv, beside this
# script.
#
#   cd tests/testdata && Rscript make_sensitive_reference.R made [RRREG LIST RR]
#
# Columns: design, case, what, level, value with 15 significant digits. Run last with R 4.2.2, survey 4.5, RRreg 0.7.5,
# list 9.2.6 and rr 1.4.2. Of these three packages a function each is needed: where they are not installed, RRREG, LIST and RR name the
# folders of their sources (list's test needs corpcor and quadprog). Without them the rows of design "counts" are not made. One section for each
# test file that holds figures of R.

library(survey)  # 4.5

given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given) > 0) given[1] else "made"
dir.create(folder, showWarnings = FALSE)

# What a package exports, or a file of its sources holds; NULL where there is neither.
found <- function(name, package, file, source) {
  if (requireNamespace(package, quietly = TRUE)) return(get(name, asNamespace(package)))
  if (is.na(source) || !file.exists(file.path(source, file))) return(NULL)
  place <- new.env(parent = globalenv())
  sys.source(file.path(source, file), place)
  get(name, place)
}

rows <- list()
add <- function(design, case, what, level, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, case = case, what = what, level = level, value = sprintf("%.15g", as.numeric(value))
  )
}

# ---- tests/analysis/sensitive/test_as_r.py ----

# People of made-up answers: 24 clusters in four strata, unequal weights, some without an answer.
set.seed(20)
n <- 480
people <- data.frame(stratum = rep(1:4, each = 120), cluster = rep(1:24, each = 20))
people$weight <- round(runif(n, 0.5, 4), 2)
people$group <- sample(c("a", "b"), n, TRUE)
people$arm <- rep(0:1, n / 2)
shift <- rnorm(24, 0, 0.08)[people$cluster]
trait <- rbinom(n, 1, pmin(pmax(0.3 + shift, 0.02), 0.98))
draw <- sample(1:6, n, TRUE)
people$said <- ifelse(draw == 1, 0, ifelse(draw == 6, 1, trait))
people$said[sample(n, 12)] <- NA
helper <- rbinom(n, 1, 0.15)
follows <- rbinom(n, 1, 0.85)
people$same <- ifelse(follows == 1, as.numeric(trait == helper), rbinom(n, 1, 0.5))
people$anchor <- ifelse(follows == 1, 1 - rbinom(n, 1, 0.2), rbinom(n, 1, 0.5))
people$anchor[sample(n, 9)] <- NA
base <- rbinom(n, 1, 0.8) + rbinom(n, 1, 0.3) + rbinom(n, 1, 0.4)
people$count <- base + people$arm * trait
people$count[sample(n, 10)] <- NA
people$other <- rbinom(n, 1, 0.7) + rbinom(n, 1, 0.2) + rbinom(n, 1, 0.5) + (1 - people$arm) * trait
write.csv(people, file.path(folder, "sensitive_people.csv"), row.names = FALSE)

drawn <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = people)
designs <- list(
  plain = svydesign(id = ~1, weights = ~1, data = people),
  arms = svydesign(id = ~1, strata = ~arm, weights = ~1, data = people),
  drawn = drawn,
  jackknife = as.svrepdesign(drawn, type = "JKn")
)
hidden <- list(
  "forced-response" = c(2 / 3, 1 / 6), mirrored = c(0.6, 0.2), crosswise = c(-0.7, 0.85), triangular = c(0.75, 0.25),
  "unrelated-question" = c(0.7, 0.09), garbled = c(0.65, 0.2)
)

for (name in names(designs)) {
  d <- designs[[name]]
  for (way in names(hidden)) {
    slope <- hidden[[way]][1]
    dd <- update(d, trait = (said - hidden[[way]][2]) / slope)
    whole <- svymean(~trait, dd, na.rm = TRUE)
    add(name, way, "estimate", "", coef(whole))
    add(name, way, "se", "", SE(whole))
    parts <- svyby(~trait, ~group, dd, svymean, na.rm = TRUE, covmat = TRUE)
    add(name, way, "estimate", names(coef(parts)), coef(parts))
    add(name, way, "se", names(coef(parts)), SE(parts))
    between <- svycontrast(parts, c(-1, 1))
    add(name, way, "estimate", "b - a", coef(between))
    add(name, way, "se", "b - a", SE(between))
  }

  # The share of "the same" with a helper of 0.15, the anchor's with one of 0.2; only those who answered both.
  both <- subset(d, !is.na(anchor))
  if (inherits(both, "svyrep.design")) {
    shares <- svymean(~ same + anchor, both, return.replicates = TRUE)
  } else {
    shares <- svymean(~ same + anchor, both)
  }
  right <- svycontrast(shares, quote(((same - 0.5) * 0.3 / (anchor - 0.5) + 0.5 - 0.85) / (-0.7)))
  follow <- svycontrast(shares, quote((anchor - 0.5) / 0.3))
  add(name, "anchored", "estimate", c("corrected", "attentive"), c(coef(right), coef(follow)))
  add(name, "anchored", "se", c("corrected", "attentive"), c(SE(right), SE(follow)))

  arms <- svyby(~count, ~arm, d, svymean, na.rm = TRUE, covmat = TRUE)
  less <- svycontrast(arms, c(-1, 1))
  add(name, "list", "estimate", "", coef(less))
  add(name, "list", "se", "", SE(less))
  parts <- svyby(~count, ~ arm + group, d, svymean, na.rm = TRUE, covmat = TRUE)
  differences <- list(a = c(-1, 1, 0, 0), b = c(0, 0, -1, 1), "b - a" = c(1, -1, -1, 1))
  for (one in names(differences)) {
    less <- svycontrast(parts, differences[[one]])
    add(name, "list", "estimate", one, coef(less))
    add(name, "list", "se", one, SE(less))
  }

  # Both lists, of those with both numbers: means in the order (arm 0, arm 1) of the first, then of the second list.
  full <- subset(d, !is.na(count))
  arms <- svyby(~ count + other, ~arm, full, svymean, covmat = TRUE)
  doubles <- list(
    count = c(-1, 1, 0, 0), other = c(0, 0, 1, -1), "both lists" = c(-1, 1, 1, -1) / 2, "first list less second" = c(-1, 1, -1, 1)
  )
  for (one in names(doubles)) {
    less <- svycontrast(arms, doubles[[one]])
    add(name, "double", "estimate", one, coef(less))
    add(name, "double", "se", one, SE(less))
  }

  # Types of people: P0(j) - P1(j) if they agree, P1(j) - P0(j - 1) if not.
  most <- update(full, m0 = as.numeric(count <= 0), m1 = as.numeric(count <= 1), m2 = as.numeric(count <= 2), m3 = as.numeric(count <= 3))
  arms <- svyby(~ m0 + m1 + m2 + m3, ~arm, most, svymean, covmat = TRUE)
  for (j in 0:3) {
    row <- rep(0, 8)
    row[2 * j + 1:2] <- c(1, -1)
    type <- svycontrast(arms, row)
    add(name, "types", "estimate", paste(j, "agrees"), coef(type))
    add(name, "types", "se", paste(j, "agrees"), SE(type))
    row <- rep(0, 8)
    row[2 * j + 2] <- 1
    if (j > 0) row[2 * j - 1] <- -1
    type <- svycontrast(arms, row)
    add(name, "types", "estimate", paste(j, "does not"), coef(type))
    add(name, "types", "se", paste(j, "does not"), SE(type))
  }
}

# RRreg: models of one group, from counts alone.
models <- list(
  Warner = 0.8, Crosswise = 0.15, Triangular = 0.25, UQTknown = c(0.7, 0.3), Mangat = 0.7
)
for (model in names(models)) {
  estimator <- found(paste0("RRuni.", model), "RRreg", "R/RRuni_models.R", given[2])
  if (is.null(estimator)) next
  for (ones in c(150, 190, 260)) {
    made <- estimator(rep(1:0, c(ones, 400 - ones)), models[[model]])
    add("counts", model, "estimate", ones, made$pi)
    add("counts", model, "se", ones, made$piSE)
  }
}

# rr: the same by maximum likelihood of a logistic model of its intercept alone, searched until it gains less than 1e-12; errors by the delta method.
likeliest <- found("rrreg", "rr", "R/rr.R", given[4])
asked <- people[!is.na(people$said), ]
ways <- list(
  "forced-response" = list(p = 2 / 3, p0 = 1 / 6, p1 = 1 / 6, design = "forced-known"), mirrored = list(p = 0.8, design = "mirrored"),
  "unrelated-question" = list(p = 0.7, q = 0.3, design = "unrelated-known")
)
if (!is.null(likeliest)) {
  for (way in names(ways)) {
    fixed <- list(said ~ 1, data = asked, start = 0, em.converge = 1e-12, maxIter = 1e5)
    made <- suppressWarnings(do.call(likeliest, c(fixed, ways[[way]])))
    share <- plogis(made$est)
    add("counts", "rrreg", "estimate", way, share)
    add("counts", "rrreg", "se", way, sqrt(made$vcov) * share * (1 - share))
  }
}

# list: the design-effect test without selection of moments, of lists of two and three items; numbers of people with 0, 1, …
# items. None of the differences is exactly 0: ict.test leaves such out, and p is then that of the others.
tables <- list(
  two = list(treated = c(60, 68, 52, 20), control = c(40, 90, 70)),
  "two, strongly" = list(treated = c(70, 70, 40, 20), control = c(40, 90, 70)),
  three = list(treated = c(30, 70, 55, 35, 10), control = c(20, 60, 80, 40)),
  "three, the other" = list(treated = c(20, 60, 30, 60, 30), control = c(25, 75, 75, 25)),
  "three, unequal arms" = list(treated = c(20, 30, 40, 20, 15), control = c(22, 80, 100, 98))
)
test <- found("ict.test", "list", "R/ict.test.R", given[3])
if (!is.null(test)) {
  library(MASS)
  library(quadprog)
  library(corpcor)
  for (name in names(tables)) {
    treated <- tables[[name]]$treated
    control <- tables[[name]]$control
    y <- c(rep(seq_along(treated) - 1, treated), rep(seq_along(control) - 1, control))
    arm <- rep(1:0, c(sum(treated), sum(control)))
    p <- test(y, arm, J = length(control) - 1, gms = FALSE, pi.table = FALSE)
    add("counts", "design effect", "p", name, p)
  }
}

# ---- tests/analysis/commands/test_sensitive.py ----

# The people of above.

write.csv(do.call(rbind, rows), file.path(folder, "reference_sensitive.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
