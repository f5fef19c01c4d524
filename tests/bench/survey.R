# R's survey package. Each line of the input is a verb and a file; the answer is a line.
#   load FILE     reads rater,unit,answer and makes the design: raters are clusters
#   covariance    the seconds that svyby() takes
#   matrix FILE   writes what vcov() gives, as printed with 17 digits
suppressPackageStartupMessages(library(survey))

seconds <- function(work) sprintf("%.6f", system.time(work, gcFirst = TRUE)[["elapsed"]])

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
	words <- strsplit(line, " ")[[1]]
	answer <- switch(words[1],
		load = {
			rows <- read.csv(words[2])
			rows$value <- 25 * (rows$answer - 1)
			design <- svydesign(ids = ~rater, weights = ~1, data = rows)
			"done"
		},
		covariance = seconds(means <- svyby(~value, ~unit, design, svymean,
		                                    covmat = TRUE)),
		matrix = {
			write.table(format(vcov(means), digits = 17), words[2], sep = ",",
			            quote = FALSE, row.names = FALSE, col.names = FALSE)
			"done"
		})
	cat(answer, "\n", sep = "")
	flush(stdout())
}
