package io.trivet.message;

import com.google.protobuf.ByteString;
import io.trivet.model.Address;
import io.trivet.model.AdminState;
import io.trivet.model.ChunkRange;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Extent;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.KeySuccession;
import io.trivet.model.Layout;
import io.trivet.model.MasterCount;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.NodeShare;
import io.trivet.model.Outcome;
import io.trivet.model.Quota;
import io.trivet.model.RebalanceSettings;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.StoreReceipt;
import io.trivet.model.SweepSettings;
import io.trivet.model.TrashedFile;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Converts the model to messages of {@code state.proto} and back. If a message is no valid value,
 * {@code from} throws {@link IllegalArgumentException}, or {@link io.trivet.model.TrivetException}
 * for a bad name.
 */
public final class StateCodec {
    private static final int NANOS_OF_MS = 1_000_000;

    private static volatile @Nullable EncodedView lastView;

    private StateCodec() {}

    public static StateMessages.FileId to(FileId id) {
        return StateMessages.FileId.newBuilder()
                .setEpoch(id.epoch())
                .setCounter(id.counter())
                .build();
    }

    public static FileId from(StateMessages.FileId message) {
        return new FileId(message.getEpoch(), message.getCounter());
    }

    public static StateMessages.FileRecord to(FileRecord record) {
        StateMessages.FileRecord.Builder builder = StateMessages.FileRecord.newBuilder()
                .setEpoch(record.id().epoch())
                .setCounter(record.id().counter())
                .setSize(record.size())
                .setChunkSize(record.chunkSize().bytes())
                .setFirst(record.first().number())
                .setCrc32C(record.crc32c())
                .setModifiedMs(record.modified().toEpochMilli())
                .setModifiedNanos(nanosOf(record.modified()))
                .setOwner(record.owner())
                .setMode(record.mode())
                .setSha256(bytes(record.sha256()))
                .setForm(
                        switch (record.form()) {
                            case CHUNKS -> StateMessages.FileRecord.Form.CHUNKS;
                            case EMPTY -> StateMessages.FileRecord.Form.EMPTY;
                            case LINK -> StateMessages.FileRecord.Form.LINK;
                        });
        if (record.isCopy()) {
            builder.setContent(to(record.content()));
        }
        record.extents().forEach(extent -> builder.addExtents(to(extent)));
        return builder.build();
    }

    /** As a field of a message; empty for null. */
    public static ByteString bytes(@Nullable Sha256 sha256) {
        return sha256 == null ? ByteString.EMPTY : ByteString.copyFrom(sha256.toBytes());
    }

    public static @Nullable Sha256 sha256(ByteString field) {
        return field.isEmpty() ? null : Sha256.read(whole(field, Sha256.BYTES).asReadOnlyByteBuffer());
    }

    static ByteString whole(ByteString field, int bytes) {
        if (field.size() != bytes) {
            throw new IllegalArgumentException("a field has " + bytes + " bytes, not " + field.size());
        }
        return field;
    }

    public static FileRecord from(StateMessages.FileRecord message) {
        FileId id = new FileId(message.getEpoch(), message.getCounter());
        return new FileRecord(
                id,
                message.getSize(),
                new ChunkSize(message.getChunkSize()),
                new Slot(message.getFirst()),
                message.getCrc32C(),
                time(message.getModifiedMs(), message.getModifiedNanos()),
                message.getOwner(),
                message.getMode(),
                sha256(message.getSha256()),
                message.hasContent() ? from(message.getContent()) : id,
                switch (message.getForm()) {
                    case CHUNKS -> FileRecord.Form.CHUNKS;
                    case EMPTY -> FileRecord.Form.EMPTY;
                    case LINK -> FileRecord.Form.LINK;
                    case UNRECOGNIZED -> throw unknown("record");
                },
                message.getExtentsList().stream().map(StateCodec::from).toList());
    }

    private static StateMessages.Extent to(Extent extent) {
        return StateMessages.Extent.newBuilder()
                .setFrom(extent.from())
                .setContent(to(extent.content()))
                .setFirst(extent.first().number())
                .build();
    }

    private static Extent from(StateMessages.Extent message) {
        return new Extent(message.getFrom(), from(message.getContent()), new Slot(message.getFirst()));
    }

    public static StateMessages.ChunkRange to(ChunkRange range) {
        return StateMessages.ChunkRange.newBuilder()
                .setFrom(range.from())
                .setTo(range.to())
                .build();
    }

    public static ChunkRange from(StateMessages.ChunkRange message) {
        return new ChunkRange(message.getFrom(), message.getTo());
    }

    /** The nanoseconds within the millisecond. */
    public static int nanosOf(Instant time) {
        return time.get(ChronoField.NANO_OF_SECOND) % NANOS_OF_MS;
    }

    static Instant time(long ms, int nanos) {
        return Instant.ofEpochMilli(ms).plusNanos(Math.floorMod(nanos, NANOS_OF_MS));
    }

    public static StateMessages.Entry to(NameEntry nameEntry) {
        StateMessages.Entry.Builder builder = StateMessages.Entry.newBuilder().setName(nameEntry.name());
        return switch (nameEntry) {
            case NameEntry.Recorded entry ->
                builder.setFile(to(entry.record()))
                        .setStoredBytes(entry.storedBytes())
                        .build();
            case NameEntry.Directory directory ->
                builder.setDirectory(StateMessages.DirectoryRecord.newBuilder()
                                .setModifiedMs(directory.modified().toEpochMilli())
                                .setModifiedNanos(nanosOf(directory.modified()))
                                .setOwner(directory.owner())
                                .setMode(directory.mode()))
                        .build();
        };
    }

    public static NameEntry from(StateMessages.Entry message) {
        return switch (message.getKindCase()) {
            case FILE -> recorded(message.getName(), from(message.getFile()), message.getStoredBytes());
            case DIRECTORY -> directory(message.getName(), message.getDirectory());
            case KIND_NOT_SET -> throw unknown("entry");
        };
    }

    /** A directory with this record. */
    public static NameEntry.Directory directory(String name, StateMessages.DirectoryRecord record) {
        return new NameEntry.Directory(
                name,
                time(record.getModifiedMs(), record.getModifiedNanos()),
                record.getOwner(),
                record.hasMode() ? record.getMode() : NameEntry.Directory.DEFAULT_MODE);
    }

    /** What this record is of. */
    public static NameEntry.Recorded recorded(String name, FileRecord record, int storedBytes) {
        return record.isLink()
                ? new NameEntry.Link(name, record, storedBytes)
                : new NameEntry.File(name, record, storedBytes);
    }

    public static StateMessages.Node to(Node node) {
        StateMessages.Node.Builder message = StateMessages.Node.newBuilder()
                .setId(node.id().number())
                .setAddress(node.address().toString())
                .setWeight(node.weight())
                .setZone(node.zone())
                .setLossEpoch(node.lossEpoch())
                .setMaster(node.master())
                .setStanding(to(node.standing()))
                .setChosenPercent(node.nodeShare().chosenPercent())
                .setCapacityBytes(node.nodeShare().capacityBytes());
        UUID key = node.key();
        return (key == null ? message : message.setKey(bytes(key))).build();
    }

    public static Node from(StateMessages.Node message) {
        return new Node(
                new NodeId(message.getId()),
                Address.parse(message.getAddress()),
                message.getWeight(),
                message.getZone(),
                message.getLossEpoch(),
                message.getMaster(),
                new NodeShare(from(message.getStanding()), message.getChosenPercent(), message.getCapacityBytes()),
                message.getKey().isEmpty() ? null : uuid(message.getKey()));
    }

    static StateMessages.Standing to(AdminState adminState) {
        return switch (adminState) {
            case IN -> StateMessages.Standing.IN;
            case WAITING -> StateMessages.Standing.WAITING;
            case DRAINED -> StateMessages.Standing.DRAINED;
            case REMOVED -> StateMessages.Standing.REMOVED;
        };
    }

    static AdminState from(StateMessages.Standing message) {
        return switch (message) {
            case IN -> AdminState.IN;
            case WAITING -> AdminState.WAITING;
            case DRAINED -> AdminState.DRAINED;
            case REMOVED -> AdminState.REMOVED;
            case UNRECOGNIZED -> throw unknown("standing of a node");
        };
    }

    public static StateMessages.Rebalancing to(RebalanceSettings rebalanceSettings) {
        return StateMessages.Rebalancing.newBuilder()
                .setPaused(rebalanceSettings.paused())
                .setBytesPerSecond(rebalanceSettings.bytesPerSecond())
                .setAutomatic(rebalanceSettings.automatic())
                .build();
    }

    public static RebalanceSettings from(StateMessages.Rebalancing message) {
        return new RebalanceSettings(message.getPaused(), message.getBytesPerSecond(), message.getAutomatic());
    }

    public static StateMessages.Layout to(Layout layout) {
        StateMessages.Layout.Builder builder =
                StateMessages.Layout.newBuilder().setVersion(layout.version()).setReplicas(layout.replicas());
        layout.homes().forEach(slot -> slot.forEach(node -> builder.addHomes(node.number())));
        return builder.build();
    }

    public static Layout from(StateMessages.Layout message) {
        int replicas = message.getReplicas();
        if (replicas < 1 || replicas > Layout.MAX_REPLICAS || message.getHomesCount() != Slot.COUNT * replicas) {
            throw new IllegalArgumentException(
                    "a layout of " + replicas + " replicas does not have " + message.getHomesCount() + " homes");
        }
        List<List<NodeId>> homes = new ArrayList<>(Slot.COUNT);
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            homes.add(message.getHomesList().subList(slot * replicas, (slot + 1) * replicas).stream()
                    .map(NodeId::new)
                    .toList());
        }
        return new Layout(message.getVersion(), replicas, homes);
    }

    /** Encoded once for as long as it is the same object: nodes answer with it again and again. */
    @SuppressWarnings("ReferenceEquality")
    public static StateMessages.ClusterView to(ClusterView view) {
        EncodedView last = lastView;
        if (last != null && last.view == view) {
            return last.message;
        }
        StateMessages.ClusterView message = encoded(view);
        lastView = new EncodedView(view, message);
        return message;
    }

    private record EncodedView(ClusterView view, StateMessages.ClusterView message) {}

    private static StateMessages.ClusterView encoded(ClusterView view) {
        StateMessages.ClusterView.Builder builder = StateMessages.ClusterView.newBuilder()
                .setCluster(bytes(view.cluster().value()))
                .setVersion(view.version())
                .setEpoch(view.epoch())
                .setChunkSize(view.chunkSize().bytes())
                .setReplicasWanted(view.replicasWanted())
                .addAllNodes(view.nodes().stream().map(StateCodec::to).toList())
                .addAllLayouts(view.layouts().stream().map(StateCodec::to).toList())
                .setSweepingOff(!view.sweepSettings().on())
                .setGraceSeconds(view.sweepSettings().grace().toSeconds())
                .setRebalancing(to(view.rebalanceSettings()))
                .setMastersWanted(view.mastersWanted())
                .addAllSuccessions(
                        view.successions().stream().map(StateCodec::to).toList());
        if (view.before() instanceof Layout before) {
            builder.setBefore(to(before));
        }
        return builder.build();
    }

    public static ClusterView from(StateMessages.ClusterView message) {
        return new ClusterView(
                new ClusterId(uuid(message.getCluster())),
                message.getVersion(),
                message.getEpoch(),
                new ChunkSize(message.getChunkSize()),
                message.getReplicasWanted(),
                message.getNodesList().stream().map(StateCodec::from).toList(),
                message.getLayoutsList().stream().map(StateCodec::from).toList(),
                sweeping(message.getSweepingOff(), message.getGraceSeconds()),
                from(message.getRebalancing()),
                message.hasBefore() ? from(message.getBefore()) : null,
                MasterCount.of(message.getMastersWanted()),
                message.getSuccessionsList().stream().map(StateCodec::from).toList());
    }

    public static StateMessages.Succession to(KeySuccession keySuccession) {
        return StateMessages.Succession.newBuilder()
                .setAuthority(keySuccession.authority())
                .setVoucher(keySuccession.voucher())
                .setBefore(keySuccession.before())
                .setTokensFrom(keySuccession.tokensFrom())
                .build();
    }

    public static KeySuccession from(StateMessages.Succession message) {
        return new KeySuccession(
                message.getAuthority(), message.getVoucher(), message.getBefore(), message.getTokensFrom());
    }

    /**
     * Decodes the settings as stored in messages: on unless {@code off}; 0 seconds means the
     * default grace.
     */
    public static SweepSettings sweeping(boolean off, long graceSeconds) {
        return new SweepSettings(
                !off, graceSeconds == 0 ? SweepSettings.USUAL_GRACE : Duration.ofSeconds(graceSeconds));
    }

    public static StateMessages.Refusal to(Refusal refusal) {
        return StateMessages.Refusal.newBuilder()
                .setKind(refusal.kind().name())
                .setSubject(refusal.subject())
                .setDetail(refusal.detail())
                .build();
    }

    /** A kind that this release does not know becomes a bad request with the kind in its detail. */
    public static Refusal from(StateMessages.Refusal message) {
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            if (kind.name().equals(message.getKind())) {
                return new Refusal(kind, message.getSubject(), message.getDetail());
            }
        }
        return new Refusal(
                Refusal.Kind.BAD_REQUEST, message.getSubject(), message.getKind() + ": " + message.getDetail());
    }

    public static StateMessages.Limits to(UserLimits limits) {
        StateMessages.Limits.Builder builder = StateMessages.Limits.newBuilder();
        if (limits.bytes() != UserLimits.NO_LIMIT) {
            builder.setBytes(limits.bytes());
        }
        if (limits.files() != UserLimits.NO_LIMIT) {
            builder.setFiles(limits.files());
        }
        return builder.setSessions(limits.sessions())
                .setRequests(limits.requests())
                .build();
    }

    public static UserLimits from(StateMessages.Limits message) {
        return new UserLimits(
                message.hasBytes() ? limit(message.getBytes()) : UserLimits.NO_LIMIT,
                message.hasFiles() ? limit(message.getFiles()) : UserLimits.NO_LIMIT,
                message.getSessions(),
                message.getRequests());
    }

    public static StateMessages.Quota to(Quota quota) {
        StateMessages.Quota.Builder builder = StateMessages.Quota.newBuilder();
        if (quota.bytes() != Quota.NO_LIMIT) {
            builder.setBytes(quota.bytes());
        }
        if (quota.files() != Quota.NO_LIMIT) {
            builder.setFiles(quota.files());
        }
        return builder.build();
    }

    public static Quota from(StateMessages.Quota message) {
        return new Quota(
                message.hasBytes() ? limit(message.getBytes()) : Quota.NO_LIMIT,
                message.hasFiles() ? limit(message.getFiles()) : Quota.NO_LIMIT);
    }

    static long limit(long said) {
        if (said < 0) {
            throw new IllegalArgumentException("a limit beyond 2^63: " + Long.toUnsignedString(said));
        }
        return said;
    }

    public static StateMessages.Grant to(Grant grant) {
        StateMessages.Grant.Builder message = StateMessages.Grant.newBuilder()
                .setPath(grant.path().toString())
                .setRights(grant.bits());
        if (!grant.since().isEmpty()) {
            grant.rights().stream()
                    .sorted()
                    .forEach(right -> message.addSinceMs(
                            grant.since().getOrDefault(right, Instant.EPOCH).toEpochMilli()));
        }
        return message.build();
    }

    public static Grant from(StateMessages.Grant message) {
        RemotePath path = RemotePath.parse(message.getPath());
        List<Right> rights =
                Grant.rightsOf(message.getRights()).stream().sorted().toList();
        if (message.getSinceMsCount() == 0) {
            return new Grant(path, Set.copyOf(rights));
        }
        if (message.getSinceMsCount() != rights.size()) {
            throw new IllegalArgumentException(rights.size() + " rights with " + message.getSinceMsCount() + " times");
        }
        Map<Right, Instant> since = new EnumMap<>(Right.class);
        for (int i = 0; i < rights.size(); i++) {
            since.put(rights.get(i), Instant.ofEpochMilli(message.getSinceMs(i)));
        }
        return new Grant(path, Set.copyOf(rights), since);
    }

    static StateMessages.User to(User user) {
        return StateMessages.User.newBuilder()
                .setName(user.name())
                .setGeneration(user.generation())
                .addAllGrants(user.grants().stream().map(StateCodec::to).toList())
                .setLimits(to(user.limits()))
                .addAllGroups(user.groups())
                .build();
    }

    static User from(StateMessages.User message) {
        return new User(
                message.getName(),
                message.getGeneration(),
                message.getGrantsList().stream().map(StateCodec::from).toList(),
                from(message.getLimits()),
                message.getGroupsList());
    }

    static StateMessages.Group to(Group group) {
        return StateMessages.Group.newBuilder()
                .setName(group.name())
                .addAllGrants(group.grants().stream().map(StateCodec::to).toList())
                .addAllMembers(group.members())
                .build();
    }

    static Group from(StateMessages.Group message) {
        return new Group(
                message.getName(),
                message.getGrantsList().stream().map(StateCodec::from).toList(),
                message.getMembersList());
    }

    static List<StateMessages.FileId> ids(List<FileId> ids) {
        return ids.stream().map(StateCodec::to).toList();
    }

    static List<FileId> fileIds(List<StateMessages.FileId> messages) {
        return messages.stream().map(StateCodec::from).toList();
    }

    public static StateMessages.Command.Receipt to(StoreReceipt receipt) {
        return StateMessages.Command.Receipt.newBuilder()
                .setNode(receipt.node().number())
                .setLossEpoch(receipt.lossEpoch())
                .setKey(receipt.key())
                .setMac(ByteString.copyFrom(receipt.mac()))
                .build();
    }

    public static StoreReceipt from(StateMessages.Command.Receipt message) {
        return new StoreReceipt(
                new NodeId(message.getNode()),
                message.getLossEpoch(),
                message.getKey(),
                message.getMac().toByteArray());
    }

    public static StateMessages.Outcome to(Outcome outcome) {
        StateMessages.Outcome.Builder builder = StateMessages.Outcome.newBuilder();
        return switch (outcome) {
            case Outcome.Done ignored ->
                builder.setDone(StateMessages.Outcome.Done.getDefaultInstance()).build();
            case Outcome.Refused refused ->
                builder.setRefused(to(refused.refusal())).build();
            case Outcome.Joined joined ->
                builder.setJoined(StateMessages.Outcome.Joined.newBuilder()
                                .setNode(joined.node().number())
                                .setCluster(bytes(joined.cluster().value())))
                        .build();
            case Outcome.SessionOpened opened ->
                builder.setSessionOpened(opened.session().number()).build();
            case Outcome.Reserved reserved ->
                builder.setReserved(StateMessages.Outcome.Reserved.newBuilder()
                                .setStart(to(reserved.start()))
                                .setCount(reserved.count())
                                .setFirst(reserved.first().number())
                                .setStep(reserved.step())
                                .setChunkSize(reserved.chunkSize().bytes()))
                        .build();
            case Outcome.Committed committed ->
                builder.setCommitted(to(committed.record())).build();
        };
    }

    public static Outcome from(StateMessages.Outcome message) {
        return switch (message.getKindCase()) {
            case DONE -> new Outcome.Done();
            case REFUSED -> new Outcome.Refused(from(message.getRefused()));
            case JOINED ->
                new Outcome.Joined(
                        new NodeId(message.getJoined().getNode()),
                        new ClusterId(uuid(message.getJoined().getCluster())));
            case SESSION_OPENED -> new Outcome.SessionOpened(new SessionId(message.getSessionOpened()));
            case RESERVED ->
                new Outcome.Reserved(
                        from(message.getReserved().getStart()),
                        message.getReserved().getCount(),
                        new Slot(message.getReserved().getFirst()),
                        message.getReserved().getStep(),
                        new ChunkSize(message.getReserved().getChunkSize()));
            case COMMITTED -> new Outcome.Committed(from(message.getCommitted()));
            case KIND_NOT_SET -> throw unknown("outcome");
        };
    }

    public static StateMessages.TrashRow to(TrashedFile trashedFile) {
        return StateMessages.TrashRow.newBuilder()
                .setRecord(to(trashedFile.record()))
                .setPath(trashedFile.path().toString())
                .setSinceMs(trashedFile.since().toEpochMilli())
                .build();
    }

    /**
     * A path that an earlier release stored too long is read with {@link RemotePath#parseFitted}.
     */
    public static TrashedFile from(StateMessages.TrashRow row) {
        return new TrashedFile(
                RemotePath.parseFitted(row.getPath()), from(row.getRecord()), Instant.ofEpochMilli(row.getSinceMs()));
    }

    public static ByteString bytes(UUID uuid) {
        ByteBuffer buffer = ByteBuffer.allocate(ClusterId.BYTES);
        buffer.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return ByteString.copyFrom(buffer.flip());
    }

    public static UUID uuid(ByteString bytes) {
        if (bytes.size() != ClusterId.BYTES) {
            throw new IllegalArgumentException("an identity has " + ClusterId.BYTES + " bytes, not " + bytes.size());
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("this " + what + " is of a kind that this release does not know");
    }
}
