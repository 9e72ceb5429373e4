/*
 * See ringlet-uplink.h. A text may be a constant in flash: its octets are read by READ.
 */
#include "ringlet-uplink.h"

#include <stdint.h>

#include "ringlet-read.h"

enum { DAY, YEAR, HOURS, MINUTES, SECONDS, NUMBERS };

/* Milliseconds: 1 January 2020, and the last moment that JavaScript has a date for. */
#define EARLIEST 1577836800000.0
#define LATEST 8.64e15
#define MILLISECONDS_A_DAY 86400000.0

/* Most digits of seconds that are believed. */
enum { DIGITS = 10 };

/* Letters of a day of the week, short and at most. */
enum { SHORT = 3, FEWEST = 6, MOST = 9 };

static int isDigit(int c) {
	return c >= '0' && c <= '9';
}

/* Behind `start`, at the beginning of `text`; NULL if that begins otherwise. */
static const char *skip(const char *text, const char *start) {
	for (; READ(start); text++, start++)
		if (READ(text) != READ(start)) return 0;
	return text;
}

/* The month, from 1, whose name `text` begins with; 0 for none. */
static int monthAt(const char *text) {
	const char *name = "Jan\0Feb\0Mar\0Apr\0May\0Jun\0Jul\0Aug\0Sep\0Oct\0Nov\0Dec";
	int month;
	for (month = 1; month <= 12; month++, name += 4)
		if (skip(text, name)) return month;
	return 0;
}

/*
 * Whether all of `text` has a form, and its month, from 1. In a form d, y, h, m and s stand for a digit of each number, b for one
 * of the day or a blank, N for a month, and everything else for itself.
 */
static int readForm(const char *text, const char *form, int32_t *numbers) {
	int month = 0;
	for (; READ(form); form++) {
		int c = READ(text++), number;
		switch (READ(form)) {
		case 'N':
			month = monthAt(text - 1);
			if (!month) return 0;
			text += 2;
			continue;
		case 'b':
			if (c == ' ') continue;
			/* Falls through. */
		case 'd':
			number = DAY;
			break;
		case 'y':
			number = YEAR;
			break;
		case 'h':
			number = HOURS;
			break;
		case 'm':
			number = MINUTES;
			break;
		case 's':
			number = SECONDS;
			break;
		default:
			if (c != READ(form)) return 0;
			continue;
		}
		if (!isDigit(c)) return 0;
		numbers[number] = numbers[number] * 10 + c - '0';
	}
	return READ(text) ? 0 : month;
}

/* Years and days are counted from a March: a leap day is the last one then. 1 March 0000 is so many days before 1970. */
enum { BEFORE_1970 = 719468 };

/* Days from 1970 to a day of a year from 1 on, in a month from 1 to 13. */
static int32_t daysTo(int32_t year, int month, int32_t day) {
	if (month <= 2) {
		year--;
		month += 12;
	}
	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 - BEFORE_1970;
}

/* The year of a day from 1970 on. */
static int32_t yearOf(int32_t days) {
	/* No year is longer: this is not too late, and for some centuries to come not a year too early. */
	int32_t year = 1970 + days / 366;
	while (daysTo(year + 1, 1, 1) <= days) year++;
	return year;
}

static double dateOf(const char *text, double clock) {
	int32_t numbers[NUMBERS] = {0}, year, first, day;
	int letters = 0, month;
	double time;
	while (letters < MOST && READ(text) >= (letters ? 'a' : 'A') && READ(text) <= (letters ? 'z' : 'Z')) {
		letters++;
		text++;
	}
	if (letters == SHORT) {
		/* The two differ in their first character. */
		month = readForm(text, ", dd N yyyy hh:mm:ss GMT", numbers);
		if (!month) month = readForm(text, " N bd hh:mm:ss yyyy", numbers);
		year = numbers[YEAR];
		/* As JavaScript takes it. */
		if (year < 100) year += 1900;
	} else {
		int32_t today;
		if (letters < FEWEST || clock > LATEST) return -1;
		month = readForm(text, ", dd-N-yy hh:mm:ss GMT", numbers);
		today = yearOf((int32_t)(clock / MILLISECONDS_A_DAY));
		year = today - today % 100 + numbers[YEAR];
		/* One that seems to be more than 50 years ahead is the last one in the past that ends so. */
		if (year > today + 50) year -= 100;
	}
	if (!month) return -1;
	first = daysTo(year, month, 1);
	day = numbers[DAY];
	if (day < 1 || first + day > daysTo(year, month + 1, 1)) return -1;
	/* 60 is a leap second. */
	if (numbers[HOURS] > 23 || numbers[MINUTES] > 59 || numbers[SECONDS] > 60) return -1;
	time = (first + day - 1) * MILLISECONDS_A_DAY +
	       ((numbers[HOURS] * 60 + numbers[MINUTES]) * 60 + numbers[SECONDS]) * 1000.0;
	if (time > LATEST) return -1;
	return time > clock ? time - clock : 0;
}

double ringletRetryAfter(const char *text, double clock) {
	const char *at = text;
	double seconds = 0;
	while (isDigit(READ(at))) seconds = seconds * 10 + READ(at++) - '0';
	if (at > text && at - text <= DIGITS && !READ(at)) return seconds * 1000;
	return clock >= EARLIEST ? dateOf(text, clock) : -1;
}

int ringletIsFinal(int error, int closeCode, int httpStatus) {
	switch (error) {
	/* A clean close. */
	case 0:
		return closeCode == 1003 || closeCode == 1007 || closeCode == 1008 || closeCode == 1010 || closeCode == 3000 ||
		       closeCode == 3003;
	/* A status of HTTP. */
	case 104:
		return httpStatus == 401 || httpStatus == 403 || httpStatus == 407 || httpStatus == 410;
	/* A certificate that is expired, of another host, not trusted, or wanted of us; a password for the proxy. */
	case 508:
	case 510:
	case 511:
	case 512:
	case 514:
		return 1;
	}
	return 0;
}

int ringletIsRefusedCertificate(const char *code) {
	const char *start = "CERT_\0UNABLE_TO_\0DEPTH_ZERO_\0SELF_SIGNED_\0HOSTNAME_MISMATCH\0INVALID_CA\0INVALID_PURPOSE\0"
	                    "PATH_LENGTH_EXCEEDED\0ERR_TLS_CERT\0";
	if (skip(code, "CERT_NOT_YET_VALID")) return 0;
	while (READ(start)) {
		if (skip(code, start)) return 1;
		while (READ(start++))
			;
	}
	return 0;
}
