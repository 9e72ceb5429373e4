/*
 * See ringlet-inflate.h. Chains of branches and no switch, words and no table of octets: an ESP8266 would hold either in its RAM.
 */
#include <string.h>

#include "ringlet-deflate-codes.h"
#include "ringlet-inflate.h"
#include "ringlet-read.h"

enum { LITERAL_SYMBOLS = 288, DISTANCE_SYMBOLS = 32, LENGTH_SYMBOLS = 19, COUNTS = 32, LENGTH_CODE_BITS = 7 };

/* Octets in front of the lengths of the code length code. */
enum { CODE_LENGTHS_AT = 320 };

/* What comes next, and above that why the stream failed. */
enum {
	SYMBOL,
	DISTANCE,
	DISTANCE_EXTRA,
	MATCH,
	BLOCK_HEADER,
	STORED_LENGTH,
	STORED_COMPLEMENT,
	CODE_COUNTS,
	LENGTH_CODE,
	CODE_LENGTHS,
	STORED,
	BAD_BLOCK_TYPE = 16,
	BAD_STORED_LENGTH,
	TOO_MANY_CODES,
	BAD_CODE_LENGTH_SET,
	BAD_REPEAT,
	NO_END_CODE,
	BAD_LITERAL_SET,
	BAD_DISTANCE_SET,
	BAD_LITERAL_CODE,
	BAD_DISTANCE_CODE,
	FAR_DISTANCE,
	TRUNCATED,
};

/* Entries of the tables, see src/deflate/decode/entries.ts. */
enum { LITERAL = 0x8000, END_OF_BLOCK = 6, INVALID = 7, NO_DISTANCE = 0x8000 };

typedef enum { OF_LITERALS, OF_DISTANCES, OF_LENGTHS } Alphabet;

static unsigned literalEntry(unsigned symbol) {
	unsigned extra;
	if (symbol < 256) return LITERAL | symbol << 7;
	if (symbol == 256) return END_OF_BLOCK << 4;
	if (symbol > 285) return INVALID << 4;
	if (symbol == 285) return 255 << 7;
	if (symbol < 265) return (symbol - 257) << 7;
	extra = (symbol - 261) >> 2;
	return (4 | ((symbol - 261) & 3)) << extra << 7 | extra << 4;
}

static unsigned distanceEntry(unsigned symbol) {
	if (symbol > 29) return NO_DISTANCE;
	return symbol < 2 ? symbol << 8 : (2 | (symbol & 1)) << 8 | ((symbol >> 1) - 1) << 4;
}

static unsigned entryOf(Alphabet alphabet, unsigned symbol) {
	if (alphabet == OF_LENGTHS) return symbol << 4;
	return alphabet == OF_LITERALS ? literalEntry(symbol) : distanceEntry(symbol);
}

/* What the tables of the fixed codes would have for these bits, RFC 1951 section 3.2.6. */
static unsigned fixedLiteral(uint32_t hold) {
	unsigned code = ringletReverse(hold, 9);
	if (code < 24 << 2) return literalEntry(256 + (code >> 2)) | 7;
	if (code < 192 << 1) return literalEntry((code >> 1) - 48) | 8;
	if (code < 200 << 1) return literalEntry(280 + (code >> 1) - 192) | 8;
	return literalEntry(144 + code - 400) | 9;
}

static int distanceTableBits(int tableBits) {
	return tableBits < 10 ? 7 : 8;
}

static int lookupWords(int tableBits) {
	return (1 << tableBits) + (1 << distanceTableBits(tableBits));
}

int ringletInflateFits(const RingletInflate *state, uint32_t size) {
	int32_t window = state->top - state->base;
	uint32_t words;
	if (state->tableBits < 8 || state->tableBits > 11) return 0;
	words = (uint32_t)lookupWords(state->tableBits) + LITERAL_SYMBOLS + DISTANCE_SYMBOLS + 2 * COUNTS;
	return state->base >= 0 && window >= 256 && window <= 32768 && state->top <= state->tables && !(state->tables & 1) &&
		state->out >= state->base && state->out <= state->top && (uint32_t)state->tables <= size &&
		size - (uint32_t)state->tables >= 2 * words;
}

/* The longest length, or -1 for a set of lengths that is no code: see sortSymbols. */
static int sortSymbols(uint16_t *counts, uint16_t *sorted, const uint8_t *lengths, unsigned symbols, Alphabet alphabet) {
	uint16_t *places = counts + 16;
	int open = 1, longest = 0, length;
	unsigned place = 0, symbol;
	memset(counts, 0, 16 * sizeof *counts);
	for (symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]]++;
	for (length = 1; length < 16; length++) {
		open = open * 2 - counts[length];
		if (open < 0) return -1;
		places[length] = (uint16_t)place;
		place += counts[length];
		if (counts[length]) longest = length;
	}
	if (open > 0 && longest > 1) return -1;
	for (symbol = 0; symbol < symbols; symbol++)
		if (lengths[symbol]) sorted[places[lengths[symbol]]++] = (uint16_t)entryOf(alphabet, symbol);
	return longest;
}

/* Bits that index the table: see fillTable. */
static int fillTable(uint16_t *table, int tableBits, uint16_t *counts, const uint16_t *sorted, int longest, unsigned invalid) {
	int bits = longest < tableBits ? longest : tableBits, length;
	const uint16_t *from = sorted;
	unsigned code = 0, size = 1;
	if (longest < 2) {
		table[0] = (uint16_t)(1 | (counts[1] > 0 ? sorted[0] : invalid));
		table[1] = (uint16_t)(1 | (counts[1] > 1 ? sorted[1] : invalid));
		return 1;
	}
	for (length = 1; length <= bits; length++) {
		unsigned count;
		if (length > 1) memcpy(table + size, table, size * sizeof *table);
		size *= 2;
		for (count = counts[length]; count; count--) {
			table[code] = (uint16_t)(*from++ | length);
			code = ringletNextCode(code, size >> 1);
		}
	}
	if (longest > bits) {
		unsigned prefix;
		counts[0] = (uint16_t)(from - sorted);
		for (prefix = 0;; prefix++) {
			table[code] = (uint16_t)(prefix << 4);
			if (code == size - 1) break;
			code = ringletNextCode(code, size >> 1);
		}
	}
	return bits;
}

/* The entry of a code word that is longer than the table, or 0: see longCode. */
static unsigned longCode(const uint16_t *counts, const uint16_t *sorted, int tableBits, unsigned prefix, uint32_t hold, int bits) {
	const uint16_t *first = sorted + counts[0];
	unsigned offset = prefix;
	int length;
	for (length = tableBits; length < bits && length < 15;) {
		offset = offset << 1 | (hold >> length & 1);
		length++;
		if (offset < counts[length]) return first[offset] | (unsigned)length;
		offset -= counts[length];
		first += counts[length];
	}
	return 0;
}

/* Where the tables are. */
typedef struct {
	uint16_t *literals, *distances, *sorted, *sortedDistances, *counts, *distanceCounts;
	uint8_t *lengths;
} Tables;

static Tables tablesOf(const RingletInflate *state, uint8_t *memory) {
	Tables tables;
	tables.lengths = memory + state->tables;
	tables.literals = (uint16_t *)(void *)tables.lengths;
	tables.distances = tables.literals + (1 << state->tableBits);
	tables.sorted = tables.literals + lookupWords(state->tableBits);
	tables.sortedDistances = tables.sorted + LITERAL_SYMBOLS;
	tables.counts = tables.sortedDistances + DISTANCE_SYMBOLS;
	tables.distanceCounts = tables.counts + COUNTS;
	return tables;
}

static int codeCount(int counts) {
	return 258 + (counts & 31) + (counts >> 5 & 31);
}

static int makeLengthCode(RingletInflate *state, const Tables *tables) {
	uint16_t *counts = tables->distanceCounts, *sorted = tables->sortedDistances;
	int longest = sortSymbols(counts, sorted, tables->lengths + CODE_LENGTHS_AT, LENGTH_SYMBOLS, OF_LENGTHS);
	if (longest < 1 || (longest == 1 && counts[1] < 2)) return BAD_CODE_LENGTH_SET;
	state->distanceMask = (1 << fillTable(tables->distances, LENGTH_CODE_BITS, counts, sorted, longest, 0)) - 1;
	return CODE_LENGTHS;
}

/* How many lengths there are now, or -1. */
static int addLengths(RingletInflate *state, uint8_t *lengths, unsigned symbol, int extra) {
	int done = state->length, count;
	if (symbol < 16) {
		lengths[done] = (uint8_t)symbol;
		return state->length = done + 1;
	}
	count = extra + (symbol == 18 ? 11 : 3);
	if ((symbol == 16 && !done) || done + count > codeCount(state->distance)) return -1;
	memset(lengths + done, symbol == 16 ? lengths[done - 1] : 0, (size_t)count);
	return state->length = done + count;
}

static int makeCodes(RingletInflate *state, const Tables *tables) {
	unsigned literals = 257 + (unsigned)(state->distance & 31), distances = 1 + (unsigned)(state->distance >> 5 & 31);
	int longest, longestDistance;
	if (!tables->lengths[256]) return NO_END_CODE;
	longest = sortSymbols(tables->counts, tables->sorted, tables->lengths, literals, OF_LITERALS);
	if (longest < 0) return BAD_LITERAL_SET;
	longestDistance =
		sortSymbols(tables->distanceCounts, tables->sortedDistances, tables->lengths + literals, distances, OF_DISTANCES);
	if (longestDistance < 0) return BAD_DISTANCE_SET;
	state->literalMask =
		(1 << fillTable(tables->literals, state->tableBits, tables->counts, tables->sorted, longest, INVALID << 4)) - 1;
	state->distanceMask = (1 << fillTable(tables->distances, distanceTableBits(state->tableBits), tables->distanceCounts,
		tables->sortedDistances, longestDistance, NO_DISTANCE)) - 1;
	state->isFixed = 0;
	return SYMBOL;
}

static void beginStream(RingletInflate *state) {
	state->phase = BLOCK_HEADER;
	state->need = 3;
}

void ringletInflateStart(RingletInflate *state, int windowBits) {
	if (windowBits) state->top = state->base + (1 << windowBits);
	state->out = state->base;
	state->hold = 0;
	state->bits = state->isFull = state->marked = 0;
	state->consumed = state->outStart = state->outEnd = 0;
	state->mayEnd = 1;
	beginStream(state);
}

/* The header of a block, of which all bits are there: the next phase. */
static int readBlockHeader(RingletInflate *state) {
	unsigned type = state->hold >> 1 & 3;
	state->mayEnd = (int32_t)(state->hold & 1);
	state->hold >>= 3;
	state->bits -= 3;
	state->need = 0;
	if (type == RINGLET_FIXED) {
		state->isFixed = 1;
		return SYMBOL;
	}
	if (type == RINGLET_STORED) {
		state->hold = 0;
		state->bits = 0;
		state->need = 16;
		return STORED_LENGTH;
	}
	if (type != RINGLET_DYNAMIC) return BAD_BLOCK_TYPE;
	state->need = 14;
	return CODE_COUNTS;
}

/* One step in CODE_COUNTS, LENGTH_CODE or CODE_LENGTHS: the next phase. */
static int readDynamicHeader(RingletInflate *state, const Tables *tables) {
	uint32_t hold = state->hold;
	if (state->phase == CODE_LENGTHS) {
		unsigned entry = tables->distances[hold & (uint32_t)state->distanceMask], symbol = entry >> 4;
		int extra = symbol < 16 ? 0 : symbol < 18 ? (int)symbol - 14 : 7, length = (int)(entry & 15), lengths;
		if (length > state->bits || length + extra > state->bits) {
			state->need = length > state->bits ? state->bits + 1 : length + extra;
			return CODE_LENGTHS;
		}
		state->hold = hold >> (length + extra);
		state->bits -= length + extra;
		state->need = 0;
		lengths = addLengths(state, tables->lengths, symbol, (int)(hold >> length & ((1u << extra) - 1)));
		if (lengths < 0) return BAD_REPEAT;
		return lengths == codeCount(state->distance) ? makeCodes(state, tables) : CODE_LENGTHS;
	}
	if (state->phase == LENGTH_CODE) {
		tables->lengths[CODE_LENGTHS_AT + ringletCodeLengthOrder(state->length++)] = (uint8_t)(hold & 7);
		state->hold = hold >> 3;
		state->bits -= 3;
		if (state->length < 4 + (state->distance >> 10)) return LENGTH_CODE;
		state->length = 0;
		state->need = 0;
		return makeLengthCode(state, tables);
	}
	if ((hold & 31) > 29 || (hold >> 5 & 31) > 29) return TOO_MANY_CODES;
	state->distance = (int32_t)(hold & 0x3fff);
	state->length = 0;
	state->hold = hold >> 14;
	state->bits -= 14;
	state->need = 3;
	memset(tables->lengths + CODE_LENGTHS_AT, 0, LENGTH_SYMBOLS);
	return LENGTH_CODE;
}

int ringletInflate(RingletInflate *state, uint8_t *memory, const uint8_t *input, uint32_t start, uint32_t end, uint32_t room) {
	const Tables tables = tablesOf(state, memory);
	uint32_t at = start;
	int32_t from = state->out, out = from, top = state->top;
	int32_t stop = room < (uint32_t)(top - from) ? from + (int32_t)room : top;
	int status = RINGLET_INFLATE_FAILED;
	while (state->phase <= STORED) {
		int phase = state->phase;
		if (state->bits < state->need) {
			if (at == end) {
				status = RINGLET_INFLATE_DONE;
				break;
			}
			state->hold |= (uint32_t)READ(input + at++) << state->bits;
			state->bits += 8;
		}
		else if (phase == SYMBOL) {
			unsigned entry = state->isFixed ? fixedLiteral(state->hold) : tables.literals[state->hold & (uint32_t)state->literalMask];
			unsigned extra;
			int length;
			if (!(entry & 15)) entry = longCode(tables.counts, tables.sorted, state->tableBits, entry >> 4, state->hold, state->bits);
			length = (int)(entry & 15);
			extra = entry >> 4 & 7;
			if (!length || length > state->bits) {
				state->need = state->bits + 1;
				continue;
			}
			state->need = 0;
			if (entry >= LITERAL) {
				if (out == stop) {
					status = RINGLET_INFLATE_MORE;
					break;
				}
				memory[out++] = (uint8_t)(entry >> 7);
			}
			else if (extra < END_OF_BLOCK) {
				if (length + (int)extra > state->bits) {
					state->need = length + (int)extra;
					continue;
				}
				state->length = 3 + (int32_t)((entry >> 7) + (state->hold >> length & ((1u << extra) - 1)));
				length += (int)extra;
				state->phase = DISTANCE;
			}
			else if (extra == END_OF_BLOCK)
				beginStream(state);
			else
				state->phase = BAD_LITERAL_CODE;
			state->hold >>= length;
			state->bits -= length;
			/* A final block ends at an octet's end (RFC 7692 section 7.2.1), and the message may go on. */
			if (state->phase == BLOCK_HEADER && state->mayEnd) state->hold = 0, state->bits = 0;
		}
		else if (phase == DISTANCE) {
			unsigned entry = state->isFixed ? distanceEntry(ringletReverse(state->hold, 5)) | 5
				: tables.distances[state->hold & (uint32_t)state->distanceMask];
			int length;
			if (!(entry & 15))
				entry = longCode(tables.distanceCounts, tables.sortedDistances, distanceTableBits(state->tableBits), entry >> 4,
					state->hold, state->bits);
			length = (int)(entry & 15);
			if (!length || length > state->bits) {
				state->need = state->bits + 1;
				continue;
			}
			if (entry >= NO_DISTANCE) {
				state->phase = BAD_DISTANCE_CODE;
				break;
			}
			state->hold >>= length;
			state->bits -= length;
			state->need = (int32_t)(entry >> 4 & 15);
			state->distance = 1 + (int32_t)(entry >> 8 << state->need);
			state->phase = DISTANCE_EXTRA;
		}
		else if (phase == DISTANCE_EXTRA) {
			int32_t history = (state->isFull ? top : out) - state->base;
			state->distance += (int32_t)(state->hold & ((1u << state->need) - 1));
			state->hold >>= state->need;
			state->bits -= state->need;
			state->need = 0;
			state->phase = state->distance > history ? FAR_DISTANCE : MATCH;
		}
		else if (phase == MATCH) {
			int32_t source = out - state->distance, count = state->length;
			if (out == stop) {
				status = RINGLET_INFLATE_MORE;
				break;
			}
			if (source < state->base) source += top - state->base;
			if (count > stop - out) count = stop - out;
			if (count > top - source) count = top - source;
			state->length -= count;
			/* Octet after octet: a match may repeat itself. */
			for (; count; count--) memory[out++] = memory[source++];
			if (!state->length) state->phase = SYMBOL;
		}
		else if (phase == BLOCK_HEADER)
			state->phase = readBlockHeader(state);
		else if (phase == STORED_LENGTH || phase == STORED_COMPLEMENT) {
			int32_t value = (int32_t)state->hold;
			state->hold = 0;
			state->bits = 0;
			if (phase == STORED_LENGTH) {
				state->length = value;
				state->phase = STORED_COMPLEMENT;
			}
			else {
				state->need = 0;
				state->phase = (value ^ 0xffff) == state->length ? STORED : BAD_STORED_LENGTH;
			}
		}
		else if (phase == STORED) {
			uint32_t count = (uint32_t)state->length;
			if (!count) {
				beginStream(state);
				continue;
			}
			if (out == stop) {
				status = RINGLET_INFLATE_MORE;
				break;
			}
			if (at == end) {
				status = RINGLET_INFLATE_DONE;
				break;
			}
			if (count > (uint32_t)(stop - out)) count = (uint32_t)(stop - out);
			if (count > end - at) count = end - at;
			ringletMove(memory + out, input + at, count);
			out += (int32_t)count;
			at += count;
			state->length -= (int32_t)count;
		}
		else
			state->phase = readDynamicHeader(state, &tables);
	}
	state->consumed = (int32_t)at;
	state->outStart = from;
	state->outEnd = out;
	if (out == top) {
		out = state->base;
		state->isFull = 1;
	}
	state->out = out;
	return status;
}

int ringletInflateEnd(RingletInflate *state, uint8_t *memory, uint32_t room) {
	const uint8_t marker[] = {0, 0, 0xff, 0xff};
	int isAtOctet = !state->marked && !state->bits;
	if (isAtOctet && state->phase == STORED_LENGTH) {
		beginStream(state);
		state->outStart = state->outEnd = state->out;
	}
	else if (isAtOctet && state->phase == BLOCK_HEADER && state->mayEnd)
		state->outStart = state->outEnd = state->out;
	else {
		int status = ringletInflate(state, memory, marker, (uint32_t)state->marked, sizeof marker, room);
		state->marked = state->consumed;
		if (status != RINGLET_INFLATE_DONE) return status;
		if (state->phase != BLOCK_HEADER || state->bits) {
			state->phase = TRUNCATED;
			return RINGLET_INFLATE_FAILED;
		}
	}
	state->marked = 0;
	state->mayEnd = 1;
	return RINGLET_INFLATE_DONE;
}
