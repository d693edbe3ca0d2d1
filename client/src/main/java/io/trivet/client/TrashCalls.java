package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@link Trash} by requests to the leader. */
final class TrashCalls implements Trash {
    private final LeaderCalls leader;
    private final Session session;

    TrashCalls(LeaderCalls leader, Session session) {
        this.leader = leader;
        this.session = session;
    }

    @Override
    public QueryResult.Trash page(FileId from) {
        return (QueryResult.Trash) leader.ask(new Query.Trash(from, Query.MAX_PAGE));
    }

    @Override
    public void restore(FileId file, RemotePath path) {
        session.submit(new Command.Untrash(file, path));
    }

    @Override
    public void discard(List<FileId> files) {
        leader.submit(new Command.Discard(Instant.ofEpochMilli(Long.MAX_VALUE), files));
    }

    @Override
    public void setRetention(Duration time) {
        leader.submit(new Command.SetTrash(time.toSeconds()));
    }
}
