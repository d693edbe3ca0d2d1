package io.trivet.cli.remote;

import io.trivet.client.ClusterNodes;
import io.trivet.client.ClusterStatus;
import io.trivet.client.FileCheck;
import io.trivet.client.FilePlacement;
import io.trivet.client.LayoutProposal;
import io.trivet.client.LoadSummary;
import io.trivet.client.Progress;
import io.trivet.client.SaveSummary;
import io.trivet.client.TrivetClient;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.QueryResult;
import io.trivet.model.RemotePath;
import io.trivet.node.NamespaceRestore;
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

/** A cluster at the other end of a network. */
record LiveRemote(TrivetClient client, OwnSecret own) implements Remote {
    @Override
    public SaveSummary save(Path source, RemotePath target, Progress progress) {
        return client.save(source, target, progress);
    }

    @Override
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) throws IOException {
        return client.save(source, target, progress);
    }

    @Override
    public LoadSummary load(RemotePath source, Path target, Progress progress) {
        return client.load(source, target, progress);
    }

    @Override
    public LoadSummary load(RemotePath source, OutputStream target, Progress progress) throws IOException {
        return client.load(source, target, progress);
    }

    @Override
    public NameEntry stat(RemotePath path) {
        return client.stat(path);
    }

    @Override
    public Iterable<NameEntry> list(RemotePath directory) {
        return client.list(directory);
    }

    @Override
    public int filesAtOnce() {
        return client.filesAtOnce();
    }

    @Override
    public void makeDirectory(RemotePath path) {
        client.makeDirectory(path);
    }

    @Override
    public void rename(RemotePath from, RemotePath to) {
        client.rename(from, to);
    }

    @Override
    public void remove(RemotePath path, boolean recursive, boolean now) {
        client.remove(path, recursive, now);
    }

    @Override
    public QueryResult.Trash trash(FileId from) {
        return client.trash().page(from);
    }

    @Override
    public void restore(FileId file, RemotePath path) {
        client.trash().restore(file, path);
    }

    @Override
    public void discard(List<FileId> files) {
        client.trash().discard(files);
    }

    @Override
    public void keepTrash(Duration time) {
        client.trash().setRetention(time);
    }

    @Override
    public QueryResult.Quotas quotas() {
        return client.quotas().list();
    }

    @Override
    public void setQuota(RemotePath directory, @Nullable Long bytes, @Nullable Long files) {
        client.quotas().set(directory, bytes, files);
    }

    @Override
    public FilePlacement where(RemotePath path) {
        return client.replicas().where(path);
    }

    @Override
    public FileCheck verify(RemotePath path, Progress progress) {
        return client.replicas().verify(path, progress);
    }

    @Override
    public SignedReceipt receipt(RemotePath path) {
        return client.replicas().receipt(path);
    }

    @Override
    public void sweeping(boolean on, @Nullable Duration grace) {
        client.cluster().setSweeping(on, grace);
    }

    @Override
    public void masters(int wanted) {
        client.cluster().setMasterCount(wanted);
    }

    @Override
    public Debt debt() {
        return client.cluster().debt();
    }

    @Override
    public long backUpNamespace(Path target) {
        long bytes = client.cluster().backUpNamespace(target);
        NamespaceRestore.requireRestorable(target);
        return bytes;
    }

    @Override
    public ClusterStatus status() {
        return client.cluster().status();
    }

    @Override
    public ClusterNodes nodes() {
        return client.layout().nodes();
    }

    @Override
    public LayoutProposal plan(LayoutRequest layoutRequest) {
        return client.layout().plan(layoutRequest);
    }

    @Override
    public void apply(LayoutProposal layoutProposal) {
        client.layout().apply(layoutProposal);
    }

    @Override
    public void rebalancing(@Nullable Boolean paused, long bytesPerSecond, @Nullable Boolean automatic) {
        client.layout().setRebalancing(paused, bytesPerSecond, automatic);
    }

    @Override
    public List<RemotePath> onlyOn(Set<NodeId> nodes, LongConsumer looked) {
        return client.layout().onlyOn(nodes, looked);
    }

    @Override
    public TrustSettings trust() {
        return client.cluster().trust();
    }

    @Override
    public List<OpenToken> tokens() {
        return client.tokens().list();
    }

    @Override
    public void revokeToken(String id) {
        client.tokens().revoke(id);
    }

    @Override
    public String issueToken(Duration validFor, int uses) {
        return client.tokens().issue(validFor, uses);
    }

    @Override
    public Accounts accounts() {
        return new Accounts.Live(client, own);
    }

    @Override
    public void rekey(Duration overlap) {
        client.cluster().rekey(overlap);
    }

    @Override
    public void close() {
        client.cluster().newTrust().ifPresent(own::believe);
        client.close();
    }
}
