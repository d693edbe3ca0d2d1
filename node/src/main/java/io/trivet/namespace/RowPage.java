package io.trivet.namespace;

import io.trivet.model.Query;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Some rows in the order of their keys, and whether more follow. Bounded in number and bytes, so
 * that an answer fits into a frame however long its names are.
 */
record RowPage<T>(List<T> rows, boolean more) {
    /** Bytes of a row in an answer in addition to its key and value. */
    private static final int ROW_BYTES = 64;

    /** Rows read first; rows that are read and do not fit are wasted work. */
    private static final int FIRST_WAVE = 32;

    RowPage {
        rows = List.copyOf(rows);
    }

    /**
     * At most {@code limit} rows of about {@link Query#MAX_PAGE_BYTES}, but at least one if there
     * is one.
     */
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
