package io.trivet.namespace;

import io.trivet.model.Query;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Some rows in the order of their keys, and whether there are more behind them. Bounded by bytes as
 * well as in number, so that an answer made of them fits into a frame however long the names in it
 * are.
 */
record RowPage<T>(List<T> rows, boolean more) {
    /** What a row takes in an answer besides its key and value. */
    private static final int ROW_BYTES = 64;

    /** Rows that are read at first: what is read and does not fit is read in vain. */
    private static final int FIRST_WAVE = 32;

    RowPage {
        rows = List.copyOf(rows);
    }

    /** At most {@code limit} rows of about {@link Query#MAX_PAGE_BYTES}, one at least where there is one. */
    static RowPage<Pair> of(Transaction rows, RowKeys.Span span, int limit) {
        return of(rows, span, limit, Query.MAX_PAGE_BYTES);
    }

    static RowPage<Pair> of(Transaction rows, RowKeys.Span span, int limit, long maxBytes) {
        List<Pair> found = new ArrayList<>();
        long bytes = 0;
        RowKeys.Span rest = span;
        int wave = Math.min(FIRST_WAVE, limit + 1);
        while (true) {
            List<Pair> next = rows.range(rest, wave);
            for (Pair row : next) {
                bytes += row.key().length + row.value().length + ROW_BYTES;
                if (found.size() == limit || (!found.isEmpty() && bytes > maxBytes)) {
                    return new RowPage<>(found, true);
                }
                found.add(row);
            }
            if (next.size() < wave) {
                return new RowPage<>(found, false);
            }
            rest = span.startingAt(RowKeys.after(found.getLast().key()));
            long fit = (maxBytes - bytes) * found.size() / bytes + 1;
            wave = Math.clamp(fit, 1, limit + 1 - found.size());
        }
    }

    <R> RowPage<R> map(Function<T, R> translation) {
        return new RowPage<>(rows.stream().map(translation).toList(), more);
    }
}
