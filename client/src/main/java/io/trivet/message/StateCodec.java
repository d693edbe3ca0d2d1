package io.trivet.message;

import com.google.protobuf.ByteString;
import io.trivet.model.Address;
import io.trivet.model.Answer;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Entry;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.IdState;
import io.trivet.model.Layout;
import io.trivet.model.Masters;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.OpenToken;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Part;
import io.trivet.model.Question;
import io.trivet.model.Rebalancing;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.Standing;
import io.trivet.model.Sweeping;
import io.trivet.model.Trashed;
import io.trivet.model.User;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The model as messages of {@code state.proto}, and back. Every {@code from} throws {@link IllegalArgumentException}, or
 * {@link io.trivet.model.TrivetException} for a bad name, when the message is no valid value.
 */
public final class StateCodec {
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
        return StateMessages.FileRecord.newBuilder()
                .setEpoch(record.id().epoch())
                .setCounter(record.id().counter())
                .setSize(record.size())
                .setChunkSize(record.chunkSize().bytes())
                .setFirst(record.first().number())
                .setCrc32C(record.crc32c())
                .setModifiedMs(record.modified().toEpochMilli())
                .setOwner(record.owner())
                .setMode(record.mode())
                .build();
    }

    public static FileRecord from(StateMessages.FileRecord message) {
        return new FileRecord(
                new FileId(message.getEpoch(), message.getCounter()),
                message.getSize(),
                new ChunkSize(message.getChunkSize()),
                new Slot(message.getFirst()),
                message.getCrc32C(),
                Instant.ofEpochMilli(message.getModifiedMs()),
                message.getOwner(),
                message.getMode());
    }

    public static StateMessages.Entry to(Entry entry) {
        StateMessages.Entry.Builder builder = StateMessages.Entry.newBuilder().setName(entry.name());
        return switch (entry) {
            case Entry.File file ->
                builder.setFile(to(file.record()))
                        .setStoredBytes(file.storedBytes())
                        .build();
            case Entry.Directory directory ->
                builder.setDirectory(StateMessages.DirectoryRecord.newBuilder()
                                .setModifiedMs(directory.modified().toEpochMilli()))
                        .build();
        };
    }

    public static Entry from(StateMessages.Entry message) {
        return switch (message.getKindCase()) {
            case FILE -> new Entry.File(message.getName(), from(message.getFile()), message.getStoredBytes());
            case DIRECTORY ->
                new Entry.Directory(
                        message.getName(),
                        Instant.ofEpochMilli(message.getDirectory().getModifiedMs()));
            case KIND_NOT_SET -> throw unknown("entry");
        };
    }

    public static StateMessages.Node to(Node node) {
        return StateMessages.Node.newBuilder()
                .setId(node.id().number())
                .setAddress(node.address().toString())
                .setWeight(node.weight())
                .setZone(node.zone())
                .setLossEpoch(node.lossEpoch())
                .setMaster(node.master())
                .setStanding(to(node.standing()))
                .setChosenPercent(node.part().chosenPercent())
                .setCapacityBytes(node.part().capacityBytes())
                .build();
    }

    public static Node from(StateMessages.Node message) {
        return new Node(
                new NodeId(message.getId()),
                Address.parse(message.getAddress()),
                message.getWeight(),
                message.getZone(),
                message.getLossEpoch(),
                message.getMaster(),
                new Part(from(message.getStanding()), message.getChosenPercent(), message.getCapacityBytes()));
    }

    static StateMessages.Standing to(Standing standing) {
        return switch (standing) {
            case IN -> StateMessages.Standing.IN;
            case WAITING -> StateMessages.Standing.WAITING;
            case DRAINED -> StateMessages.Standing.DRAINED;
            case REMOVED -> StateMessages.Standing.REMOVED;
        };
    }

    static Standing from(StateMessages.Standing message) {
        return switch (message) {
            case IN -> Standing.IN;
            case WAITING -> Standing.WAITING;
            case DRAINED -> Standing.DRAINED;
            case REMOVED -> Standing.REMOVED;
            case UNRECOGNIZED -> throw unknown("standing of a node");
        };
    }

    public static StateMessages.Rebalancing to(Rebalancing rebalancing) {
        return StateMessages.Rebalancing.newBuilder()
                .setPaused(rebalancing.paused())
                .setBytesPerSecond(rebalancing.bytesPerSecond())
                .setAutomatic(rebalancing.automatic())
                .build();
    }

    public static Rebalancing from(StateMessages.Rebalancing message) {
        return new Rebalancing(message.getPaused(), message.getBytesPerSecond(), message.getAutomatic());
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

    public static StateMessages.ClusterView to(ClusterView view) {
        StateMessages.ClusterView.Builder builder = StateMessages.ClusterView.newBuilder()
                .setCluster(bytes(view.cluster().value()))
                .setVersion(view.version())
                .setEpoch(view.epoch())
                .setChunkSize(view.chunkSize().bytes())
                .setReplicasWanted(view.replicasWanted())
                .addAllNodes(view.nodes().stream().map(StateCodec::to).toList())
                .addAllLayouts(view.layouts().stream().map(StateCodec::to).toList())
                .setSweepingOff(!view.sweeping().on())
                .setGraceSeconds(view.sweeping().grace().toSeconds())
                .setRebalancing(to(view.rebalancing()))
                .setMastersWanted(view.mastersWanted());
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
                Masters.of(message.getMastersWanted()));
    }

    /** As messages keep it: on unless it is said to be off, with the usual grace where none is given. */
    public static Sweeping sweeping(boolean off, long graceSeconds) {
        return new Sweeping(!off, graceSeconds == 0 ? Sweeping.USUAL_GRACE : Duration.ofSeconds(graceSeconds));
    }

    public static StateMessages.Refusal to(Refusal refusal) {
        return StateMessages.Refusal.newBuilder()
                .setKind(refusal.kind().name())
                .setSubject(refusal.subject())
                .setDetail(refusal.detail())
                .build();
    }

    /** A kind this release does not know is shown as a bad request with the kind in its detail. */
    public static Refusal from(StateMessages.Refusal message) {
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            if (kind.name().equals(message.getKind())) {
                return new Refusal(kind, message.getSubject(), message.getDetail());
            }
        }
        return new Refusal(
                Refusal.Kind.BAD_REQUEST, message.getSubject(), message.getKind() + ": " + message.getDetail());
    }

    public static StateMessages.Command to(Command command) {
        StateMessages.Command.Builder builder = StateMessages.Command.newBuilder();
        switch (command) {
            case Command.Found found ->
                builder.setFound(StateMessages.Command.Found.newBuilder()
                        .setCluster(bytes(found.cluster().value()))
                        .setChunkSize(found.chunkSize().bytes())
                        .setReplicasWanted(found.replicasWanted())
                        .setNodeKey(bytes(found.nodeKey()))
                        .setAddress(found.address().toString())
                        .setWeight(found.weight())
                        .setZone(found.zone())
                        .setTrashSeconds(found.trashSeconds()));
            case Command.RevokeToken revoke -> builder.setRevokeToken(revoke.id());
            case Command.IssueToken token ->
                builder.setIssueToken(StateMessages.Command.IssueToken.newBuilder()
                        .setSecretHash(token.secretHash())
                        .setExpiresMs(token.expires().toEpochMilli())
                        .setUses(token.uses()));
            case Command.Join join ->
                builder.setJoin(StateMessages.Command.Join.newBuilder()
                        .setSecretHash(join.secretHash())
                        .setNodeKey(bytes(join.nodeKey()))
                        .setAddress(join.address().toString())
                        .setWeight(join.weight())
                        .setZone(join.zone()));
            case Command.Seat seat ->
                builder.setSeat(StateMessages.Command.Seat.newBuilder()
                        .setNode(seat.node().number())
                        .setMaster(seat.master()));
            case Command.Move move ->
                builder.setMove(StateMessages.Command.Move.newBuilder()
                        .setNode(move.node().number())
                        .setAddress(move.address().toString()));
            case Command.RaiseLossEpoch raise ->
                builder.setRaiseLossEpoch(StateMessages.Command.RaiseLossEpoch.newBuilder()
                        .setNode(raise.node().number())
                        .setLossEpoch(raise.lossEpoch()));
            case Command.PublishLayout publish -> builder.setPublishLayout(to(publish.layout()));
            case Command.SettleLayout settle -> builder.setSettleLayout(settle.version());
            case Command.Rearrange rearrange -> builder.setRearrange(RearrangeCodec.to(rearrange));
            case Command.Measure measure ->
                builder.setMeasure(StateMessages.Command.Measure.newBuilder()
                        .setNode(measure.node().number())
                        .setCapacityBytes(measure.capacityBytes()));
            case Command.SetRebalancing set -> builder.setSetRebalancing(RearrangeCodec.to(set));
            case Command.ForgetNode forget ->
                builder.setForgetNode(forget.node().number());
            case Command.OpenSession open ->
                builder.setOpenSession(
                        StateMessages.Command.OpenSession.newBuilder().setUser(open.user()));
            case Command.AddUser add ->
                builder.setAddUser(StateMessages.Command.AddUser.newBuilder()
                        .setName(add.name())
                        .setSecret(ByteString.copyFrom(add.secret()))
                        .addAllGrants(add.grants().stream().map(StateCodec::to).toList()));
            case Command.RotateSecret rotate ->
                builder.setRotateSecret(StateMessages.Command.RotateSecret.newBuilder()
                        .setName(rotate.name())
                        .setSecret(ByteString.copyFrom(rotate.secret())));
            case Command.RemoveUser remove -> builder.setRemoveUser(remove.name());
            case Command.SetRights set ->
                builder.setSetRights(StateMessages.Command.SetRights.newBuilder()
                        .setName(set.name())
                        .setGrant(to(set.grant())));
            case Command.EndSession end -> builder.setEndSession(end.session().number());
            case Command.Reserve reserve ->
                builder.setReserve(StateMessages.Command.Reserve.newBuilder()
                        .setCount(reserve.count())
                        .setSize(reserve.size())
                        .setResumeKey(reserve.resumeKey()));
            case Command.Adopt adopt ->
                builder.setAdopt(StateMessages.Command.Adopt.newBuilder()
                        .setFile(to(adopt.file()))
                        .setResumeKey(adopt.resumeKey()));
            case Command.Commit commit -> builder.setCommit(to(commit));
            case Command.Abandon abandon -> builder.setAbandon(to(abandon.file()));
            case Command.MakeDirectory make ->
                builder.setMakeDirectory(make.path().toString());
            case Command.Rename rename ->
                builder.setRename(StateMessages.Command.Rename.newBuilder()
                        .setFrom(rename.from().toString())
                        .setTo(rename.to().toString()));
            case Command.Remove remove ->
                builder.setRemove(StateMessages.Command.Remove.newBuilder()
                        .setPath(remove.path().toString())
                        .setRecursive(remove.recursive())
                        .setNow(remove.now()));
            case Command.SetTrash set -> builder.setSetTrash(set.seconds());
            case Command.Untrash untrash ->
                builder.setUntrash(StateMessages.Command.Untrash.newBuilder()
                        .setFile(to(untrash.file()))
                        .setPath(untrash.path().toString()));
            case Command.Discard discard ->
                builder.setDiscard(StateMessages.Command.Discard.newBuilder()
                        .setBeforeMs(discard.before().toEpochMilli())
                        .addAllIds(ids(discard.ids())));
            case Command.Dissolve dissolve -> builder.setDissolve(dissolve.limit());
            case Command.Attest attest ->
                builder.setAttest(StateMessages.Command.Attest.newBuilder()
                        .setIndex(attest.index())
                        .setHash(attest.hash()));
            case Command.ForgetRemoved forget ->
                builder.setForgetRemoved(StateMessages.Command.ForgetRemoved.newBuilder()
                        .setBeforeMs(forget.before().toEpochMilli())
                        .addAllIds(ids(forget.ids())));
            case Command.SetSweeping set ->
                builder.setSetSweeping(StateMessages.Command.SetSweeping.newBuilder()
                        .setOn(set.on())
                        .setGraceSeconds(set.graceSeconds()));
            case Command.SetMasters set -> builder.setSetMasters(set.masters());
            case Command.Restore restore ->
                builder.setRestore(StateMessages.Command.Restore.newBuilder()
                        .addAllRows(restore.rows().stream()
                                .map(row -> StateMessages.Command.Row.newBuilder()
                                        .setKey(ByteString.copyFrom(row.key()))
                                        .setValue(ByteString.copyFrom(row.value()))
                                        .build())
                                .toList()));
            case Command.Restored restored ->
                builder.setRestored(StateMessages.Command.Restored.newBuilder()
                        .setSettings(ByteString.copyFrom(restored.settings()))
                        .setMaster(restored.master().number())
                        .setEpoch(restored.epoch()));
        }
        return builder.build();
    }

    private static byte[] secret(ByteString wrapped) {
        if (wrapped.size() > Command.MAX_WRAPPED) {
            throw new IllegalArgumentException(
                    "a wrapped secret has " + Command.MAX_WRAPPED + " bytes at the most, not " + wrapped.size());
        }
        return wrapped.toByteArray();
    }

    public static StateMessages.Grant to(Grant grant) {
        return StateMessages.Grant.newBuilder()
                .setPath(grant.path().toString())
                .setRights(grant.bits())
                .build();
    }

    public static Grant from(StateMessages.Grant message) {
        return new Grant(RemotePath.parse(message.getPath()), Grant.rightsOf(message.getRights()));
    }

    private static StateMessages.User to(User user) {
        return StateMessages.User.newBuilder()
                .setName(user.name())
                .setGeneration(user.generation())
                .addAllGrants(user.grants().stream().map(StateCodec::to).toList())
                .build();
    }

    private static User from(StateMessages.User message) {
        return new User(
                message.getName(),
                message.getGeneration(),
                message.getGrantsList().stream().map(StateCodec::from).toList());
    }

    private static List<StateMessages.FileId> ids(List<FileId> ids) {
        return ids.stream().map(StateCodec::to).toList();
    }

    private static List<FileId> fileIds(List<StateMessages.FileId> messages) {
        return messages.stream().map(StateCodec::from).toList();
    }

    private static StateMessages.Command.Commit to(Command.Commit commit) {
        return StateMessages.Command.Commit.newBuilder()
                .setFile(to(commit.file()))
                .setPath(commit.path().toString())
                .setSize(commit.size())
                .setCrc32C(commit.crc32c())
                .setModifiedMs(commit.modified().toEpochMilli())
                .setOwner(commit.owner())
                .setMode(commit.mode())
                .addAllRelied(commit.relied().stream()
                        .map(relied -> StateMessages.Command.Reliance.newBuilder()
                                .setNode(relied.node().number())
                                .setLossEpoch(relied.lossEpoch())
                                .build())
                        .toList())
                .build();
    }

    public static Command from(StateMessages.Command message) {
        return switch (message.getKindCase()) {
            case FOUND ->
                new Command.Found(
                        new ClusterId(uuid(message.getFound().getCluster())),
                        new ChunkSize(message.getFound().getChunkSize()),
                        message.getFound().getReplicasWanted(),
                        uuid(message.getFound().getNodeKey()),
                        Address.parse(message.getFound().getAddress()),
                        message.getFound().getWeight(),
                        message.getFound().getZone(),
                        message.getFound().getTrashSeconds());
            case REVOKE_TOKEN -> new Command.RevokeToken(message.getRevokeToken());
            case ISSUE_TOKEN ->
                new Command.IssueToken(
                        message.getIssueToken().getSecretHash(),
                        Instant.ofEpochMilli(message.getIssueToken().getExpiresMs()),
                        message.getIssueToken().getUses());
            case JOIN ->
                new Command.Join(
                        message.getJoin().getSecretHash(),
                        uuid(message.getJoin().getNodeKey()),
                        Address.parse(message.getJoin().getAddress()),
                        message.getJoin().getWeight(),
                        message.getJoin().getZone());
            case SEAT ->
                new Command.Seat(
                        new NodeId(message.getSeat().getNode()),
                        message.getSeat().getMaster());
            case MOVE ->
                new Command.Move(
                        new NodeId(message.getMove().getNode()),
                        Address.parse(message.getMove().getAddress()));
            case RAISE_LOSS_EPOCH ->
                new Command.RaiseLossEpoch(
                        new NodeId(message.getRaiseLossEpoch().getNode()),
                        message.getRaiseLossEpoch().getLossEpoch());
            case PUBLISH_LAYOUT -> new Command.PublishLayout(from(message.getPublishLayout()));
            case SETTLE_LAYOUT -> new Command.SettleLayout(message.getSettleLayout());
            case REARRANGE -> RearrangeCodec.from(message.getRearrange());
            case MEASURE ->
                new Command.Measure(
                        new NodeId(message.getMeasure().getNode()),
                        message.getMeasure().getCapacityBytes());
            case SET_REBALANCING -> RearrangeCodec.from(message.getSetRebalancing());
            case FORGET_NODE -> new Command.ForgetNode(new NodeId(message.getForgetNode()));
            case OPEN_SESSION ->
                new Command.OpenSession(message.getOpenSession().getUser());
            case ADD_USER ->
                new Command.AddUser(
                        message.getAddUser().getName(),
                        secret(message.getAddUser().getSecret()),
                        message.getAddUser().getGrantsList().stream()
                                .map(StateCodec::from)
                                .toList());
            case ROTATE_SECRET ->
                new Command.RotateSecret(
                        message.getRotateSecret().getName(),
                        secret(message.getRotateSecret().getSecret()));
            case REMOVE_USER -> new Command.RemoveUser(message.getRemoveUser());
            case SET_RIGHTS ->
                new Command.SetRights(
                        message.getSetRights().getName(),
                        from(message.getSetRights().getGrant()));
            case END_SESSION -> new Command.EndSession(new SessionId(message.getEndSession()));
            case RESERVE ->
                new Command.Reserve(
                        message.getReserve().getCount(),
                        message.getReserve().getSize(),
                        message.getReserve().getResumeKey());
            case ADOPT ->
                new Command.Adopt(
                        from(message.getAdopt().getFile()), message.getAdopt().getResumeKey());
            case COMMIT -> from(message.getCommit());
            case ABANDON -> new Command.Abandon(from(message.getAbandon()));
            case MAKE_DIRECTORY -> new Command.MakeDirectory(RemotePath.parse(message.getMakeDirectory()));
            case RENAME ->
                new Command.Rename(
                        RemotePath.parse(message.getRename().getFrom()),
                        RemotePath.parse(message.getRename().getTo()));
            case REMOVE ->
                new Command.Remove(
                        RemotePath.parse(message.getRemove().getPath()),
                        message.getRemove().getRecursive(),
                        message.getRemove().getNow());
            case SET_TRASH -> new Command.SetTrash(message.getSetTrash());
            case UNTRASH ->
                new Command.Untrash(
                        from(message.getUntrash().getFile()),
                        RemotePath.parse(message.getUntrash().getPath()));
            case DISCARD ->
                new Command.Discard(
                        Instant.ofEpochMilli(message.getDiscard().getBeforeMs()),
                        fileIds(message.getDiscard().getIdsList()));
            case DISSOLVE -> new Command.Dissolve(message.getDissolve());
            case ATTEST ->
                new Command.Attest(
                        message.getAttest().getIndex(), message.getAttest().getHash());
            case FORGET_REMOVED ->
                new Command.ForgetRemoved(
                        Instant.ofEpochMilli(message.getForgetRemoved().getBeforeMs()),
                        fileIds(message.getForgetRemoved().getIdsList()));
            case SET_SWEEPING ->
                new Command.SetSweeping(
                        message.getSetSweeping().getOn(),
                        message.getSetSweeping().getGraceSeconds());
            case SET_MASTERS -> new Command.SetMasters(message.getSetMasters());
            case RESTORE ->
                new Command.Restore(message.getRestore().getRowsList().stream()
                        .map(row -> new Command.Row(
                                row.getKey().toByteArray(), row.getValue().toByteArray()))
                        .toList());
            case RESTORED ->
                new Command.Restored(
                        message.getRestored().getSettings().toByteArray(),
                        new NodeId(message.getRestored().getMaster()),
                        message.getRestored().getEpoch());
            case KIND_NOT_SET -> throw unknown("command");
        };
    }

    private static Command.Commit from(StateMessages.Command.Commit message) {
        return new Command.Commit(
                from(message.getFile()),
                RemotePath.parse(message.getPath()),
                message.getSize(),
                message.getCrc32C(),
                Instant.ofEpochMilli(message.getModifiedMs()),
                message.getOwner(),
                message.getMode(),
                message.getReliedList().stream()
                        .map(relied -> new Command.Reliance(new NodeId(relied.getNode()), relied.getLossEpoch()))
                        .toList());
    }

    public static StateMessages.Operation to(Operation operation) {
        SessionId session = operation.session();
        return StateMessages.Operation.newBuilder()
                .setSession(session == null ? 0 : session.number())
                .setSequence(operation.sequence())
                .setAnsweredBelow(operation.answeredBelow())
                .setCommand(to(operation.command()))
                .build();
    }

    public static Operation from(StateMessages.Operation message) {
        return new Operation(
                message.getSession() == 0 ? null : new SessionId(message.getSession()),
                message.getSequence(),
                message.getAnsweredBelow(),
                from(message.getCommand()));
    }

    public static StateMessages.Outcome to(Outcome outcome) {
        StateMessages.Outcome.Builder builder = StateMessages.Outcome.newBuilder();
        return switch (outcome) {
            case Outcome.Done _ ->
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

    public static StateMessages.TrashRow to(Trashed trashed) {
        return StateMessages.TrashRow.newBuilder()
                .setRecord(to(trashed.record()))
                .setPath(trashed.path().toString())
                .setSinceMs(trashed.since().toEpochMilli())
                .build();
    }

    public static Trashed from(StateMessages.TrashRow row) {
        return new Trashed(
                RemotePath.parse(row.getPath()), from(row.getRecord()), Instant.ofEpochMilli(row.getSinceMs()));
    }

    public static StateMessages.Question to(Question question) {
        StateMessages.Question.Builder builder = StateMessages.Question.newBuilder();
        return switch (question) {
            case Question.Lookup lookup ->
                builder.setLookup(lookup.path().toString()).build();
            case Question.Listing listing ->
                builder.setListing(StateMessages.Question.Listing.newBuilder()
                                .setDirectory(listing.directory().toString())
                                .setAfter(listing.after())
                                .setLimit(listing.limit()))
                        .build();
            case Question.View _ ->
                builder.setView(StateMessages.Question.View.getDefaultInstance())
                        .build();
            case Question.Tokens _ ->
                builder.setTokens(StateMessages.Question.Tokens.getDefaultInstance())
                        .build();
            case Question.Users users ->
                builder.setUsers(StateMessages.Question.Users.newBuilder()
                                .setAfter(users.after())
                                .setLimit(users.limit()))
                        .build();
            case Question.IdStates asked ->
                builder.setIdStates(StateMessages.Question.IdStates.newBuilder().addAllIds(ids(asked.ids())))
                        .build();
            case Question.Trash asked ->
                builder.setTrash(StateMessages.Question.Trash.newBuilder()
                                .setFrom(to(asked.from()))
                                .setLimit(asked.limit()))
                        .build();
        };
    }

    public static Question from(StateMessages.Question message) {
        return switch (message.getKindCase()) {
            case LOOKUP -> new Question.Lookup(RemotePath.parse(message.getLookup()));
            case LISTING ->
                new Question.Listing(
                        RemotePath.parse(message.getListing().getDirectory()),
                        message.getListing().getAfter(),
                        message.getListing().getLimit());
            case VIEW -> new Question.View();
            case TOKENS -> new Question.Tokens();
            case USERS ->
                new Question.Users(
                        message.getUsers().getAfter(), message.getUsers().getLimit());
            case ID_STATES ->
                new Question.IdStates(fileIds(message.getIdStates().getIdsList()));
            case TRASH ->
                new Question.Trash(
                        from(message.getTrash().getFrom()), message.getTrash().getLimit());
            case KIND_NOT_SET -> throw unknown("question");
        };
    }

    public static StateMessages.Answer to(Answer answer) {
        StateMessages.Answer.Builder builder = StateMessages.Answer.newBuilder();
        return switch (answer) {
            case Answer.Found found -> builder.setFound(to(found.entry())).build();
            case Answer.Page page ->
                builder.setPage(StateMessages.Answer.Page.newBuilder()
                                .addAllEntries(page.entries().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .setMore(page.more()))
                        .build();
            case Answer.View view -> builder.setView(to(view.view())).build();
            case Answer.Tokens tokens ->
                builder.setTokens(StateMessages.Answer.Tokens.newBuilder()
                                .addAllTokens(tokens.tokens().stream()
                                        .map(StateCodec::to)
                                        .toList()))
                        .build();
            case Answer.Users users ->
                builder.setUsers(StateMessages.Answer.Users.newBuilder()
                                .addAllUsers(users.users().stream()
                                        .map(StateCodec::to)
                                        .toList()))
                        .build();
            case Answer.IdStates states ->
                builder.setIdStates(StateMessages.Answer.IdStates.newBuilder()
                                .setSweeping(states.sweeping())
                                .addAllStates(states.states().stream()
                                        .map(StateCodec::to)
                                        .toList()))
                        .build();
            case Answer.Trash trash ->
                builder.setTrash(StateMessages.Answer.Trash.newBuilder()
                                .addAllFiles(trash.files().stream()
                                        .map(StateCodec::to)
                                        .toList())
                                .setMore(trash.more())
                                .setAllFiles(trash.allFiles())
                                .setAllBytes(trash.allBytes())
                                .setKeepSeconds(trash.keepSeconds()))
                        .build();
            case Answer.Refused refused ->
                builder.setRefused(to(refused.refusal())).build();
        };
    }

    public static Answer from(StateMessages.Answer message) {
        return switch (message.getKindCase()) {
            case FOUND -> new Answer.Found(from(message.getFound()));
            case PAGE ->
                new Answer.Page(
                        message.getPage().getEntriesList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getPage().getMore());
            case VIEW -> new Answer.View(from(message.getView()));
            case TOKENS ->
                new Answer.Tokens(message.getTokens().getTokensList().stream()
                        .map(StateCodec::from)
                        .toList());
            case USERS ->
                new Answer.Users(message.getUsers().getUsersList().stream()
                        .map(StateCodec::from)
                        .toList());
            case ID_STATES ->
                new Answer.IdStates(
                        message.getIdStates().getSweeping(),
                        message.getIdStates().getStatesList().stream()
                                .map(StateCodec::from)
                                .toList());
            case TRASH ->
                new Answer.Trash(
                        message.getTrash().getFilesList().stream()
                                .map(StateCodec::from)
                                .toList(),
                        message.getTrash().getMore(),
                        message.getTrash().getAllFiles(),
                        message.getTrash().getAllBytes(),
                        message.getTrash().getKeepSeconds());
            case REFUSED -> new Answer.Refused(from(message.getRefused()));
            case KIND_NOT_SET -> throw unknown("answer");
        };
    }

    private static StateMessages.Answer.OpenToken to(OpenToken token) {
        return StateMessages.Answer.OpenToken.newBuilder()
                .setId(token.id())
                .setExpiresMs(token.expires().toEpochMilli())
                .setUses(token.uses())
                .build();
    }

    private static OpenToken from(StateMessages.Answer.OpenToken message) {
        return new OpenToken(message.getId(), Instant.ofEpochMilli(message.getExpiresMs()), message.getUses());
    }

    private static StateMessages.Answer.IdState to(IdState state) {
        StateMessages.Answer.IdState.Builder builder = StateMessages.Answer.IdState.newBuilder();
        return switch (state) {
            case IdState.Alive _ ->
                builder.setKind(StateMessages.Answer.IdState.Kind.ALIVE).build();
            case IdState.Removed(Instant since) ->
                builder.setKind(StateMessages.Answer.IdState.Kind.REMOVED)
                        .setSinceMs(since.toEpochMilli())
                        .build();
            case IdState.Dead _ ->
                builder.setKind(StateMessages.Answer.IdState.Kind.DEAD).build();
            case IdState.Unknown _ ->
                builder.setKind(StateMessages.Answer.IdState.Kind.UNKNOWN).build();
        };
    }

    private static IdState from(StateMessages.Answer.IdState message) {
        return switch (message.getKind()) {
            case ALIVE -> new IdState.Alive();
            case REMOVED -> new IdState.Removed(Instant.ofEpochMilli(message.getSinceMs()));
            case DEAD -> new IdState.Dead();
            case UNKNOWN -> new IdState.Unknown();
            case NOT_SAID, UNRECOGNIZED -> throw unknown("state of an id");
        };
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

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("this " + what + " is of a kind that this release does not know");
    }
}
