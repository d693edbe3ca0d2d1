package io.trivet.cli.remote;

import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.FileCheck;
import io.trivet.client.FilePlacement;
import io.trivet.client.LayoutProposal;
import io.trivet.client.LoadSummary;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.placement.LayoutRequest;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of a cluster that commands use; their promises are those of {@link
 * io.trivet.client.TrivetClient}. Any thread may call it.
 */
public interface Remote extends AutoCloseable {
    SaveSummary save(Path source, RemotePath target, Progress progress);

    SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException;

    LoadSummary load(RemotePath source, Path target, Progress progress);

    LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException;

    int filesAtOnce();

    NameEntry stat(RemotePath path);

    Iterable<NameEntry> list(RemotePath directory);

    void makeDirectory(RemotePath path);

    void rename(RemotePath from, RemotePath to);

    void remove(RemotePath path, boolean recursive, boolean now);

    QueryResult.Trash trash(FileId from);

    void restore(FileId file, RemotePath path);

    void discard(List<FileId> files);

    void keepTrash(Duration time);

    QueryResult.Quotas quotas();

    void setQuota(RemotePath directory, @Nullable Long bytes, @Nullable Long files);

    FilePlacement where(RemotePath path);

    FileCheck verify(RemotePath path, Progress progress);

    SignedReceipt receipt(RemotePath path);

    void sweeping(boolean on, @Nullable Duration grace);

    void masters(int wanted);

    long backUpNamespace(Path target);

    ClusterStatus status();

    Debt debt();

    ClusterNodes nodes();

    LayoutProposal plan(LayoutRequest layoutRequest);

    void apply(LayoutProposal layoutProposal);

    void rebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic);

    List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked);

    TrustSettings trust();

    List<OpenToken> tokens();

    void revokeToken(String id);

    String issueToken(Duration validFor, int uses);

    void rekey(Duration overlap);

    Accounts accounts();

    @Override
    void close();
}
