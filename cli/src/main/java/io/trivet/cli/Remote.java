package io.trivet.cli;

import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.FileCheck;
import io.trivet.client.FilePlacement;
import io.trivet.client.LoadSummary;
import io.trivet.client.Progress;
import io.trivet.client.Proposal;
import io.trivet.client.SaveSummary;
import io.trivet.model.Answer;
import io.trivet.model.Debt;
import io.trivet.model.Entry;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.RemotePath;
import io.trivet.placement.Wish;
import io.trivet.wire.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The verbs of a cluster that commands use; their promises are those of {@link io.trivet.client.TrivetClient}. Any thread may call it. */
interface Remote extends AutoCloseable {
    SaveSummary save(Path source, RemotePath target, Progress progress);

    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    LoadSummary load(RemotePath source, Path target, Progress progress);

    LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException;

    int filesAtOnce();

    Entry stat(RemotePath path);

    Iterable<Entry> list(RemotePath directory);

    void makeDirectory(RemotePath path);

    void rename(RemotePath from, RemotePath to);

    void remove(RemotePath path, boolean recursive, boolean now);

    Answer.Trash trash(FileId from);

    void restore(FileId file, RemotePath path);

    void discard(List<FileId> files);

    void keepTrash(Duration time);

    FilePlacement where(RemotePath path);

    FileCheck verify(RemotePath path, Progress progress);

    void sweeping(boolean on, @Nullable Duration grace);

    void masters(int wanted);

    long backUpNamespace(Path target);

    ClusterStatus status();

    Debt debt();

    ClusterNodes nodes();

    Proposal plan(Wish wish);

    void apply(Proposal proposal);

    void rebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic);

    List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked);

    Trust trust();

    List<OpenToken> tokens();

    void revokeToken(String id);

    String issueToken(Duration validFor, int uses);

    Accounts accounts();

    @Override
    void close();
}
