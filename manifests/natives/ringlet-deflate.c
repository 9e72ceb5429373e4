/*
 * See ringlet-deflate.h. Chains of branches and no switch: its table would lie in an ESP8266's RAM.
 */
#include <string.h>

#include "ringlet-deflate-codes.h"
#include "ringlet-deflate.h"
#include "ringlet-read.h"

/* What is to be written next. */
enum {
	IDLE,
	CODE_COUNTS,
	LENGTH_CODE,
	CODE_ITEMS,
	TOKEN,
	DISTANCE,
	DISTANCE_EXTRA,
	END_OF_BLOCK,
	STORED_LENGTH,
	STORED_COMPLEMENT,
	STORED,
};

enum { LITERALS = 286, DISTANCES = 30, LENGTHS = 19, LAST_SYMBOL = 256 };

/* A match of three octets farther away than this costs more than three literals. */
enum { FAR = 4096 };

/* So many octets of messages too short for a match are not worth the work of hashing them. */
enum { LATE = 512 };

/* Fewer words of tokens than this are not worth a code of their own. */
enum { DYNAMIC_FROM = 64 };

/* The plan of a dynamic block, in words: see dynamic-plan.ts. */
enum {
	PLAN_DISTANCES = 288,
	PLAN_LENGTHS = 320,
	PLAN_ITEMS = 640,
	PLAN_SCRATCH = 640,
	PLAN_SMALL_SCRATCH = PLAN_ITEMS + 320,
	PLAN_HLIT = PLAN_SMALL_SCRATCH + 288,
	PLAN_HDIST,
	PLAN_HCLEN,
	PLAN_ITEM_COUNT,
	PLAN_SMALL_FREQUENCIES,
	PLAN_SMALL_LENGTHS = PLAN_SMALL_FREQUENCIES + LENGTHS,
	PLAN_SMALL_CODES = PLAN_SMALL_LENGTHS + LENGTHS,
	PLAN_WORDS = PLAN_SMALL_CODES + LENGTHS + 3,
};

/* A symbol, and the number of extra bits behind it from bit 9 on. */
enum { SYMBOL = 511, EXTRA = 9 };

static uint16_t *newestOf(const RingletDeflate *state, uint8_t *memory) {
	return (uint16_t *)(void *)(memory + state->ring + (1 << state->ringBits));
}

/* The position before each with the same hash; there is none without chains. */
static uint16_t *linksOf(const RingletDeflate *state, uint8_t *memory) {
	return newestOf(state, memory) + (1 << state->hashBits);
}

static uint16_t *tokensOf(const RingletDeflate *state, uint8_t *memory) {
	return linksOf(state, memory) + (state->chain > 1 ? 1 << state->ringBits : 0);
}

static uint16_t *planOf(const RingletDeflate *state, uint8_t *memory) {
	return tokensOf(state, memory) + state->blockTokens;
}

int ringletDeflateFits(const RingletDeflate *state, uint32_t size) {
	uint32_t words;
	if (state->ring < 0 || (state->ring & 1) || (uint32_t)state->ring > size) return 0;
	if (state->ringBits < 8 || state->ringBits > 15 || state->hashBits < 6 || state->hashBits > 15) return 0;
	if (state->blockTokens < 64 || state->blockTokens > 32767 || state->windowBits > state->ringBits) return 0;
	words = (1u << state->hashBits) + (state->chain > 1 ? 1u << state->ringBits : 0) + (uint32_t)state->blockTokens +
		(state->isDynamic ? PLAN_WORDS : 0);
	return size - (uint32_t)state->ring >= (1u << state->ringBits) + 2 * words;
}

void ringletDeflateClear(const RingletDeflate *state, uint8_t *memory) {
	uint16_t *newest = newestOf(state, memory);
	memset(newest, 0, (size_t)((uint8_t *)tokensOf(state, memory) - (uint8_t *)newest));
}

static int aheadLeast(int windowBits) {
	return windowBits > 10 ? 259 : 1 << (windowBits - 3);
}

static int aheadMost(int windowBits) {
	return aheadLeast(windowBits) + (windowBits > 13 ? 512 : 1 << (windowBits - 4));
}

void ringletDeflateStart(RingletDeflate *state, int windowBits) {
	state->windowBits = windowBits;
	state->reach = (1 << windowBits) - aheadMost(windowBits);
	state->hashed = state->position;
	state->ahead = state->history = state->count = state->raw = state->found = 0;
	state->phase = IDLE;
	state->bits = state->isWriting = state->isEnding = 0;
	state->hold = 0;
}

double ringletDeflateBound(const RingletDeflate *state, uint32_t length) {
	int32_t rawLimit = state->reach - aheadLeast(state->windowBits), tokens = state->blockTokens - 1;
	uint32_t least = (uint32_t)(tokens < rawLimit ? tokens : rawLimit);
	return (double)length + 6.0 * (1 + length / least) + 2;
}

static void fillWindow(RingletDeflate *state, uint8_t *memory, const uint8_t *from, uint32_t count) {
	uint32_t size = 1u << state->windowBits, to = (uint32_t)(state->position + state->ahead) & (size - 1);
	state->ahead += (int32_t)count;
	while (count) {
		uint32_t step = count < size - to ? count : size - to;
		ringletMove(memory + state->ring + to, from, step);
		from += step;
		count -= step;
		to = 0;
	}
}

/* Length << 16 | distance, or 0: see match-finder.ts. */
static int32_t findMatch(RingletDeflate *state, uint8_t *memory, int32_t position, int32_t history, int32_t most, int32_t best) {
	const uint8_t *ring = memory + state->ring;
	uint16_t *newest = newestOf(state, memory), *links = state->chain > 1 ? linksOf(state, memory) : NULL;
	const int32_t mask = (1 << state->windowBits) - 1, reach = history < state->reach ? history : state->reach;
	const uint32_t hashMask = (1u << state->hashBits) - 1;
	/* How far each octet moves a hash, so that the fourth octet before is gone. */
	const int shift = (state->hashBits + 2) / 3;
	int32_t next = state->hashed, candidate = position, found = 0, nearer = 0, tries;
	uint32_t key;
	if (((position - next) & 0xffff) >= LATE) next = position;
	key = (uint32_t)ring[next & mask] << shift ^ ring[(next + 1) & mask];
	for (; ((position - next) & 0xffff) < 0x8000; next = (next + 1) & 0xffff) {
		key = (key << shift ^ ring[(next + 2) & mask]) & hashMask;
		candidate = newest[key];
		newest[key] = (uint16_t)next;
		if (links) links[next & mask] = (uint16_t)candidate;
	}
	state->hashed = next;
	for (tries = state->chain; tries > 0; tries--) {
		int32_t distance = (position - candidate) & 0xffff;
		/* A chain runs backwards. Where it does not, it leads into places long overwritten. */
		if (distance <= nearer || distance > reach) break;
		if (ring[(candidate + best) & mask] == ring[(position + best) & mask]) {
			int32_t length = 0;
			while (length < most && ring[(candidate + length) & mask] == ring[(position + length) & mask]) length++;
			if (length > best && (length > 3 || distance <= FAR)) {
				best = length;
				found = length << 16 | distance;
				if (length == most) break;
			}
		}
		if (!links) break;
		nearer = distance;
		candidate = links[candidate & mask];
	}
	return found;
}

/* Whether the block is full: see tokenizer.ts. */
static int tokenize(RingletDeflate *state, uint8_t *memory, int32_t least) {
	uint16_t *tokens = tokensOf(state, memory);
	const int32_t size = 1 << state->windowBits, longest = aheadLeast(state->windowBits) - 1;
	while (state->ahead >= least) {
		int32_t match = state->found, length;
		if (state->count > state->blockTokens - 2 ||
			(state->raw >= state->reach - longest && state->count * 4 > state->raw * 3))
			return 1;
		state->found = 0;
		if (!match && state->ahead > 2)
			match = findMatch(state, memory, state->position, state->history, state->ahead < longest ? state->ahead : longest, 2);
		length = match >> 16;
		if (length && length < state->lazy && state->ahead > length + 1) {
			int32_t most = state->ahead - 1 < longest ? state->ahead - 1 : longest;
			state->found = findMatch(state, memory, (state->position + 1) & 0xffff, state->history + 1, most, length);
			if (state->found) length = 0;
		}
		if (!length) {
			tokens[state->count++] = memory[state->ring + (state->position & (size - 1))];
			length = 1;
		}
		else {
			tokens[state->count++] = (uint16_t)(253 + length);
			tokens[state->count++] = (uint16_t)((match & 0xffff) - 1);
		}
		state->position = (state->position + length) & 0xffff;
		state->ahead -= length;
		state->raw += length;
		state->history += length;
		if (state->history > size) state->history = size;
	}
	return 0;
}

/* Symbols (RFC 1951 section 3.2.5) */

/* How many times `value` can be halved before it is below 4 + 4. */
static unsigned extraOf(unsigned value, unsigned below) {
	unsigned extra = 0;
	for (; value >= below; value >>= 1) extra++;
	return extra;
}

static unsigned lengthSymbol(unsigned length) {
	unsigned extra;
	if (length == 255) return 285;
	extra = extraOf(length, 8);
	return (257 + (extra << 2) + (length >> extra)) | extra << EXTRA;
}

static unsigned distanceSymbol(unsigned distance) {
	unsigned extra = extraOf(distance, 4);
	return ((extra << 1) + (distance >> extra)) | extra << EXTRA;
}

static int repeatBits(unsigned symbol) {
	return symbol < 16 ? 0 : symbol == 18 ? 7 : (int)symbol - 14;
}

/* A code word with its first bit lowest, and its length from bit 16 on. */
static uint32_t fixedCode(unsigned symbol) {
	unsigned code;
	int length = 8;
	if (symbol >= PLAN_DISTANCES)
		code = symbol - PLAN_DISTANCES, length = 5;
	else if (symbol < 144)
		code = 48 + symbol;
	else if (symbol < 256)
		code = 400 + symbol - 144, length = 9;
	else if (symbol < 280)
		code = symbol - 256, length = 7;
	else
		code = 192 + symbol - 280;
	return ringletReverse(code, length) | (uint32_t)length << 16;
}

static void put(RingletDeflate *state, uint32_t bits, int count) {
	state->hold |= bits << state->bits;
	state->bits += count;
}

static void putSymbol(RingletDeflate *state, uint8_t *memory, unsigned symbol) {
	if (state->type == RINGLET_DYNAMIC) {
		const uint16_t *plan = planOf(state, memory);
		put(state, plan[symbol], plan[PLAN_LENGTHS + symbol]);
	}
	else {
		uint32_t code = fixedCode(symbol);
		put(state, code & 0xffff, (int)(code >> 16));
	}
}

/* Codes of a dynamic block */

/* Shell sort by frequency, rarest first; among equals by symbol. */
static void sortByFrequency(uint16_t *order, int count, const uint16_t *frequencies) {
	int gap = 1;
	while (gap * 3 < count) gap = gap * 3 + 1;
	for (; gap > 0; gap = (gap - 1) / 3) {
		int index;
		for (index = gap; index < count; index++) {
			uint16_t symbol = order[index];
			int hole = index;
			while (hole >= gap) {
				uint16_t other = order[hole - gap];
				int difference = frequencies[other] - frequencies[symbol];
				if (difference < 0 || (!difference && other < symbol)) break;
				order[hole] = other;
				hole -= gap;
			}
			order[hole] = symbol;
		}
	}
}

/* From ascending frequencies to depths, deepest first, in place: see code-lengths.ts. */
static void leafDepths(uint16_t *tree, int count) {
	int node = 0, leaf = 0, next, places = 1, inner = count - 2;
	unsigned depth = 0;
	for (next = 0; next < count - 1; next++) {
		unsigned weight = 0;
		int child;
		for (child = 0; child < 2; child++)
			if (leaf >= count || (node < next && tree[node] < tree[leaf])) {
				weight += tree[node];
				tree[node++] = (uint16_t)next;
			}
			else
				weight += tree[leaf++];
		tree[next] = (uint16_t)weight;
	}
	tree[count - 2] = 0;
	for (next = count - 3; next >= 0; next--) tree[next] = (uint16_t)(tree[tree[next]] + 1);
	for (next = count - 1; next >= 0; depth++) {
		int nodes = 0;
		for (; inner >= 0 && tree[inner] == depth; inner--) nodes++;
		for (; places > nodes; places--) tree[next--] = (uint16_t)depth;
		places = nodes * 2;
	}
}

/* Cuts depths to the limit, and lengthens the longest of the shorter ones (Kraft's inequality). */
static void shorten(uint16_t *tree, int count, uint16_t *counts, int limit) {
	int index, depth;
	int32_t space = 0;
	if (tree[0] <= limit) return;
	memset(counts, 0, (size_t)(limit + 1) * sizeof *counts);
	for (index = 0; index < count; index++) {
		depth = tree[index] < limit ? tree[index] : limit;
		counts[depth]++;
		space += 1 << (limit - depth);
	}
	for (; space > 1 << limit; space--) {
		depth = limit - 1;
		while (!counts[depth]) depth--;
		counts[depth]--;
		counts[depth + 1] = (uint16_t)(counts[depth + 1] + 2);
		counts[limit]--;
	}
	index = 0;
	for (depth = limit; depth > 0; depth--) {
		int left;
		for (left = counts[depth]; left > 0; left--) tree[index++] = (uint16_t)depth;
	}
}

static void codeLengths(const uint16_t *frequencies, int symbols, uint16_t *lengths, int limit, uint16_t *scratch) {
	uint16_t *order = scratch, *tree = scratch + symbols;
	int used = 0, index;
	for (index = 0; index < symbols; index++) {
		lengths[index] = 0;
		if (frequencies[index]) order[used++] = (uint16_t)index;
	}
	if (used < 2) {
		index = used ? order[0] : 0;
		lengths[index] = 1;
		lengths[index ? 0 : 1] = 1;
		return;
	}
	sortByFrequency(order, used, frequencies);
	for (index = 0; index < used; index++) tree[index] = frequencies[order[index]];
	leafDepths(tree, used);
	shorten(tree, used, tree + symbols, limit);
	for (index = 0; index < used; index++) lengths[order[index]] = tree[index];
}

static void makeCodes(const uint16_t *lengths, int symbols, uint16_t *codes) {
	unsigned code = 0;
	int length, symbol;
	for (length = 1; length < 16; length++)
		for (symbol = 0; symbol < symbols; symbol++)
			if (lengths[symbol] == length) {
				codes[symbol] = (uint16_t)code;
				code = ringletNextCode(code, 1u << (length - 1));
			}
}

/* The code length of a symbol in the order in which they are sent. */
static unsigned lengthAt(const uint16_t *plan, int literals, int index) {
	return plan[PLAN_LENGTHS + (index < literals ? index : PLAN_DISTANCES + index - literals)];
}

/* Run-length form of the code lengths, and a code for it. Returns the header's size in bits. */
static int32_t planHeader(uint16_t *plan) {
	uint16_t *frequencies = plan + PLAN_SMALL_FREQUENCIES, *lengths = plan + PLAN_SMALL_LENGTHS, *items = plan + PLAN_ITEMS;
	int literals = LITERALS, distances = DISTANCES, total, done, sent = LENGTHS, symbol;
	int32_t size = 14;
	while (literals > 257 && !plan[PLAN_LENGTHS + literals - 1]) literals--;
	while (distances > 1 && !plan[PLAN_LENGTHS + PLAN_DISTANCES + distances - 1]) distances--;
	total = literals + distances;
	memset(frequencies, 0, LENGTHS * sizeof *frequencies);
	for (done = 0; done < total;) {
		unsigned value = lengthAt(plan, literals, done), chosen = value;
		int run = 1, extra = 0;
		while (done + run < total && run < 138 && lengthAt(plan, literals, done + run) == value) run++;
		if (!value && run > 2) {
			chosen = run > 10 ? 18 : 17;
			extra = run - (run > 10 ? 11 : 3);
		}
		else if (value && run > 3) {
			/* The length itself once, then repeats of 3 to 6. */
			*items++ = (uint16_t)value;
			frequencies[value]++;
			chosen = 16;
			done++;
			run = run > 7 ? 6 : run - 1;
			extra = run - 3;
		}
		else
			run = 1;
		*items++ = (uint16_t)(chosen | (unsigned)extra << 5);
		frequencies[chosen]++;
		size += repeatBits(chosen);
		done += run;
	}
	codeLengths(frequencies, LENGTHS, lengths, 7, plan + PLAN_SMALL_SCRATCH);
	makeCodes(lengths, LENGTHS, plan + PLAN_SMALL_CODES);
	while (sent > 4 && !lengths[ringletCodeLengthOrder(sent - 1)]) sent--;
	size += sent * 3;
	for (symbol = 0; symbol < LENGTHS; symbol++) size += frequencies[symbol] * lengths[symbol];
	plan[PLAN_HLIT] = (uint16_t)(literals - 257);
	plan[PLAN_HDIST] = (uint16_t)(distances - 1);
	plan[PLAN_HCLEN] = (uint16_t)(sent - 4);
	plan[PLAN_ITEM_COUNT] = (uint16_t)(items - plan - PLAN_ITEMS);
	return size;
}

/* Size of the block in bits; the codes are in the plan afterwards. */
static int32_t planDynamic(uint16_t *plan, const uint16_t *tokens, int count) {
	uint16_t *lengths = plan + PLAN_LENGTHS;
	int32_t size = 3;
	int index;
	memset(plan, 0, PLAN_LENGTHS * sizeof *plan);
	for (index = 0; index < count; index++)
		if (tokens[index] < 256)
			plan[tokens[index]]++;
		else {
			unsigned length = lengthSymbol(tokens[index] - 256u), distance = distanceSymbol(tokens[++index]);
			plan[length & SYMBOL]++;
			plan[PLAN_DISTANCES + (distance & SYMBOL)]++;
			size += (int32_t)((length >> EXTRA) + (distance >> EXTRA));
		}
	plan[LAST_SYMBOL] = 1;
	codeLengths(plan, LITERALS, lengths, 15, plan + PLAN_SCRATCH);
	codeLengths(plan + PLAN_DISTANCES, DISTANCES, lengths + PLAN_DISTANCES, 15, plan + PLAN_SCRATCH);
	for (index = 0; index < PLAN_LENGTHS; index++) size += plan[index] * lengths[index];
	makeCodes(lengths, LITERALS, plan);
	makeCodes(lengths + PLAN_DISTANCES, DISTANCES, plan + PLAN_DISTANCES);
	return size + planHeader(plan);
}

/* Blocks */

static int32_t fixedSize(const uint16_t *tokens, int count) {
	int32_t size = 3 + 7;
	int index;
	for (index = 0; index < count; index++)
		if (tokens[index] < 256)
			size += tokens[index] < 144 ? 8 : 9;
		else {
			unsigned length = lengthSymbol(tokens[index] - 256u), distance = distanceSymbol(tokens[++index]);
			size += (int32_t)(((length & SYMBOL) < 280 ? 12 : 13) + (length >> EXTRA) + (distance >> EXTRA));
		}
	return size;
}

/* Chooses how the tokens are written, whichever way is shortest. */
static void beginBlock(RingletDeflate *state, uint8_t *memory) {
	const uint16_t *tokens = tokensOf(state, memory);
	int32_t size = fixedSize(tokens, state->count), raw = state->raw;
	int padding = -(state->bits + 3) & 7;
	state->type = RINGLET_FIXED;
	state->phase = TOKEN;
	if (state->isDynamic && state->count >= DYNAMIC_FROM) {
		int32_t dynamic = planDynamic(planOf(state, memory), tokens, state->count);
		if (dynamic < size) {
			size = dynamic;
			state->type = RINGLET_DYNAMIC;
			state->phase = CODE_COUNTS;
		}
	}
	if (raw && raw <= state->reach && 3 + padding + 32 + raw * 8 < size) {
		state->type = RINGLET_STORED;
		state->phase = STORED_LENGTH;
	}
	state->hold |= (uint32_t)state->type << (state->bits + 1);
	state->bits += 3 + (state->type == RINGLET_STORED ? padding : 0);
	state->blockCount = state->count;
	state->blockPosition = state->position - raw;
	state->rawLength = raw;
	state->index = 0;
	state->isWriting = 1;
	state->count = state->raw = 0;
}

/* Puts the next symbol or field of the block's phase behind what waits: at most 24 bits. */
static void putNext(RingletDeflate *state, uint8_t *memory) {
	const uint16_t *plan = planOf(state, memory), *tokens = tokensOf(state, memory);
	int32_t index = state->index;
	if (state->phase == TOKEN) {
		unsigned token = tokens[index];
		unsigned symbol = token < 256 ? token : lengthSymbol(token - 256);
		state->index++;
		putSymbol(state, memory, symbol & SYMBOL);
		if (token >= 256) {
			put(state, (token - 256) & ((1u << (symbol >> EXTRA)) - 1), (int)(symbol >> EXTRA));
			state->phase = DISTANCE;
		}
		else if (state->index == state->blockCount)
			state->phase = END_OF_BLOCK;
	}
	else if (state->phase == DISTANCE) {
		putSymbol(state, memory, PLAN_DISTANCES + (distanceSymbol(tokens[index]) & SYMBOL));
		state->phase = DISTANCE_EXTRA;
	}
	else if (state->phase == DISTANCE_EXTRA) {
		unsigned extra = distanceSymbol(tokens[index]) >> EXTRA;
		put(state, tokens[index] & ((1u << extra) - 1), (int)extra);
		state->phase = ++state->index == state->blockCount ? END_OF_BLOCK : TOKEN;
	}
	else if (state->phase == END_OF_BLOCK) {
		putSymbol(state, memory, LAST_SYMBOL);
		state->phase = IDLE;
	}
	else if (state->phase == CODE_ITEMS) {
		unsigned item = plan[PLAN_ITEMS + index], symbol = item & 31;
		int length = plan[PLAN_SMALL_LENGTHS + symbol];
		put(state, plan[PLAN_SMALL_CODES + symbol] | item >> 5 << length, length + repeatBits(symbol));
		if (++state->index == plan[PLAN_ITEM_COUNT]) {
			state->index = 0;
			state->phase = TOKEN;
		}
	}
	else if (state->phase == LENGTH_CODE) {
		put(state, plan[PLAN_SMALL_LENGTHS + ringletCodeLengthOrder(index)], 3);
		if (++state->index == plan[PLAN_HCLEN] + 4) {
			state->index = 0;
			state->phase = CODE_ITEMS;
		}
	}
	else if (state->phase == CODE_COUNTS) {
		put(state, plan[PLAN_HLIT] | (uint32_t)plan[PLAN_HDIST] << 5 | (uint32_t)plan[PLAN_HCLEN] << 10, 14);
		state->phase = LENGTH_CODE;
	}
	else {
		/* LEN, then NLEN. */
		put(state, (uint32_t)state->rawLength ^ (state->phase == STORED_LENGTH ? 0 : 0xffff), 16);
		state->phase++;
	}
}

/* Copies what there is room for of a stored block's octets. Returns where the output goes on. */
static uint32_t copyStored(RingletDeflate *state, uint8_t *memory, uint8_t *output, uint32_t at, uint32_t limit) {
	int32_t mask = (1 << state->windowBits) - 1;
	while (state->index < state->rawLength && at < limit) {
		int32_t from = (state->blockPosition + state->index) & mask, count = state->rawLength - state->index;
		if ((uint32_t)count > limit - at) count = (int32_t)(limit - at);
		if (count > mask + 1 - from) count = mask + 1 - from;
		ringletMove(output + at, memory + state->ring + from, (size_t)count);
		at += (uint32_t)count;
		state->index += count;
	}
	if (state->index == state->rawLength) state->phase = IDLE;
	return at;
}

/* Writes the rest of the block. Returns whether all of it is written but the bits that do not fill an octet. */
static int drain(RingletDeflate *state, uint8_t *memory, uint8_t *output, uint32_t limit) {
	uint32_t at = (uint32_t)state->produced;
	if (!state->isWriting) return 1;
	for (;;) {
		int isStored = state->phase >= STORED_LENGTH;
		/* LEN begins at an octet, and so do the octets behind NLEN. */
		while (state->bits >= (isStored ? 1 : 8) && at < limit) {
			output[at++] = (uint8_t)state->hold;
			state->hold >>= 8;
			state->bits -= 8;
		}
		if (state->bits >= (isStored ? 1 : 8) || state->phase == IDLE) break;
		if (state->phase == STORED) {
			at = copyStored(state, memory, output, at, limit);
			if (state->phase == STORED) break;
		}
		else
			putNext(state, memory);
	}
	state->produced = (int32_t)at;
	state->isWriting = state->phase != IDLE || state->bits >= 8;
	return !state->isWriting;
}

int ringletDeflate(RingletDeflate *state, uint8_t *memory, const uint8_t *input, uint32_t start, uint32_t end, uint8_t *output,
	uint32_t from, uint32_t limit) {
	uint32_t at = start;
	int status = RINGLET_DEFLATE_FULL;
	state->produced = (int32_t)from;
	while (drain(state, memory, output, limit)) {
		uint32_t space = (uint32_t)(aheadMost(state->windowBits) - state->ahead), count = space < end - at ? space : end - at;
		fillWindow(state, memory, input + at, count);
		at += count;
		if (tokenize(state, memory, aheadLeast(state->windowBits)))
			beginBlock(state, memory);
		else if (at == end) {
			status = RINGLET_DEFLATE_DONE;
			break;
		}
	}
	state->consumed = (int32_t)at;
	return status;
}

int ringletDeflateEnd(RingletDeflate *state, uint8_t *memory, uint8_t *output, uint32_t from, uint32_t limit) {
	state->produced = (int32_t)from;
	while (drain(state, memory, output, limit)) {
		if (state->isEnding) {
			state->isEnding = 0;
			return RINGLET_DEFLATE_DONE;
		}
		if (tokenize(state, memory, 1) || state->count > 0)
			beginBlock(state, memory);
		else {
			/* An empty stored block, up to where its 00 00 ff ff would follow. */
			state->bits = (state->bits + 3 + 7) & ~7;
			state->phase = IDLE;
			state->isWriting = state->isEnding = 1;
		}
	}
	return RINGLET_DEFLATE_FULL;
}
