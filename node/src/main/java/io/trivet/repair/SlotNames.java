package io.trivet.repair;

import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.StoredChunk;
import io.trivet.model.ChunkId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The chunks of a slot by name, here or at another node. */
final class SlotNames {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);

    private SlotNames() {}

    /** The chunks here, in order. */
    static NavigableMap<ChunkId, Reply.Held> here(ChunkStore store, Slot slot) {
        NavigableMap<ChunkId, Reply.Held> names = new TreeMap<>();
        store.list(slot, chunk -> names.put(chunk.chunk(), held(chunk)));
        return names;
    }

    /** The form for other nodes. */
    static Reply.Held held(StoredChunk chunk) {
        return new Reply.Held(chunk.chunk(), chunk.length(), chunk.crc32c(), chunk.sha256());
    }

    /** The form for comparisons here. */
    static StoredChunk stored(Reply.Held held) {
        return new StoredChunk(held.chunk(), held.length(), held.crc32c(), held.sha256());
    }

    static Reply.Names page(ChunkStore store, Request.ListSlot list) {
        NavigableMap<ChunkId, Reply.Held> names = here(store, list.slot());
        NavigableMap<ChunkId, Reply.Held> rest =
                list.after() instanceof ChunkId after ? names.tailMap(after, false) : names;
        List<Reply.Held> page = rest.values().stream().limit(list.limit()).toList();
        return new Reply.Names(page, page.size() < rest.size());
    }

    /** What another node holds, all pages. */
    static List<Reply.Held> at(RepairContext repairContext, NodeId node, Slot slot) {
        List<Reply.Held> names = new ArrayList<>();
        @Nullable ChunkId after = null;
        boolean more = true;
        while (more) {
            Request.ListSlot list = new Request.ListSlot(slot, after, Request.MAX_NAMES);
            if (!(repairContext.ask(node, list, ASK_LIMIT) instanceof Reply.Names page)) {
                throw TrivetException.of(Refusal.Kind.BAD_REQUEST, node.toString(), "not a page of names");
            }
            names.addAll(page.held());
            more = page.more() && !page.held().isEmpty();
            after = more ? page.held().getLast().chunk() : null;
        }
        return names;
    }
}
