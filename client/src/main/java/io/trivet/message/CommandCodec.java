package io.trivet.message;

import com.google.protobuf.ByteString;
import io.trivet.model.Address;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import java.time.Duration;
import java.time.Instant;

/**
 * Converts commands and operations of the log to messages of {@code state.proto} and back. Throws
 * {@link IllegalArgumentException} for bytes that are no valid message.
 */
public final class CommandCodec {
    private CommandCodec() {}

    public static StateMessages.Command to(Command command) {
        StateMessages.Command.Builder builder = StateMessages.Command.newBuilder();
        switch (command) {
            case Command.Found found ->
                builder.setFound(StateMessages.Command.Found.newBuilder()
                        .setCluster(StateCodec.bytes(found.cluster().value()))
                        .setChunkSize(found.chunkSize().bytes())
                        .setReplicasWanted(found.replicasWanted())
                        .setNodeKey(StateCodec.bytes(found.nodeKey()))
                        .setAddress(found.address().toString())
                        .setWeight(found.weight())
                        .setZone(found.zone())
                        .setTrashSeconds(found.trashSeconds()));
            case Command.RevokeToken revoke -> builder.setRevokeToken(revoke.id());
            case Command.IssueToken token ->
                builder.setIssueToken(StateMessages.Command.IssueToken.newBuilder()
                        .setSecretHash(token.secretHash())
                        .setExpiresMs(token.expires().toEpochMilli())
                        .setUses(token.uses())
                        .setValidMs(token.validFor().toMillis()));
            case Command.Join join ->
                builder.setJoin(StateMessages.Command.Join.newBuilder()
                        .setSecretHash(join.secretHash())
                        .setNodeKey(StateCodec.bytes(join.nodeKey()))
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
            case Command.PublishLayout publish -> builder.setPublishLayout(StateCodec.to(publish.layout()));
            case Command.SettleLayout settle -> builder.setSettleLayout(settle.version());
            case Command.Rearrange rearrange -> builder.setRearrange(LayoutChangeCodec.to(rearrange));
            case Command.Measure measure ->
                builder.setMeasure(StateMessages.Command.Measure.newBuilder()
                        .setNode(measure.node().number())
                        .setCapacityBytes(measure.capacityBytes()));
            case Command.SetRebalancing set -> builder.setSetRebalancing(LayoutChangeCodec.to(set));
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
            case Command.Rekey rekey ->
                builder.setRekey(StateMessages.Command.Rekey.newBuilder()
                        .setBefore(rekey.before())
                        .setSuccession(StateCodec.to(rekey.keySuccession())));
            case Command.Rewrap rewrap ->
                builder.setRewrap(StateMessages.Command.Rewrap.newBuilder()
                        .setName(rewrap.name())
                        .setMark(rewrap.mark())
                        .setSecret(ByteString.copyFrom(rewrap.secret())));
            case Command.RemoveUser remove -> builder.setRemoveUser(remove.name());
            case Command.SetRights set ->
                builder.setSetRights(StateMessages.Command.SetRights.newBuilder()
                        .setName(set.name())
                        .setGrant(StateCodec.to(set.grant())));
            case Command.EndSession end -> builder.setEndSession(end.session().number());
            case Command.Reserve reserve ->
                builder.setReserve(StateMessages.Command.Reserve.newBuilder()
                        .setCount(reserve.count())
                        .setSize(reserve.size())
                        .setResumeKey(reserve.resumeKey())
                        .setChunkSize(chunkSizeOf(reserve)));
            case Command.Adopt adopt ->
                builder.setAdopt(StateMessages.Command.Adopt.newBuilder()
                        .setFile(StateCodec.to(adopt.file()))
                        .setResumeKey(adopt.resumeKey()));
            case Command.Commit commit -> builder.setCommit(CommandCodec.to(commit));
            case Command.SetMetadata set when set.any() -> builder.setSetMetadataOfAny(CommandCodec.to(set));
            case Command.SetMetadata set -> builder.setSetMetadata(CommandCodec.to(set));
            case Command.Copy copy -> builder.setCopy(CommandCodec.to(copy));
            case Command.ChangeFile change -> builder.setChangeFile(ChangeCodec.to(change));
            case Command.Create create -> builder.setCreate(CommandCodec.to(create));
            case Command.BeginUpload begin -> builder.setBeginUpload(UploadCodec.to(begin));
            case Command.PutPiece put -> builder.setPutPiece(UploadCodec.to(put));
            case Command.CompleteUpload complete -> builder.setCompleteUpload(UploadCodec.to(complete));
            case Command.AbortUpload(var file) -> builder.setAbortUpload(StateCodec.to(file));
            case Command.Abandon abandon -> builder.setAbandon(StateCodec.to(abandon.file()));
            case Command.MakeDirectory make
            when make.isPlain() -> builder.setMakeDirectory(make.path().toString());
            case Command.MakeDirectory make -> builder.setMakeDirectoryWith(CommandCodec.to(make));
            case Command.AddGroup add -> builder.setAddGroup(add.name());
            case Command.RemoveGroup remove -> builder.setRemoveGroup(remove.name());
            case Command.SetMember set ->
                builder.setSetMember(StateMessages.Command.SetMember.newBuilder()
                        .setGroup(set.group())
                        .setUser(set.user())
                        .setMember(set.member()));
            case Command.SetLimits set -> builder.setSetLimits(CommandCodec.to(set));
            case Command.SetQuota set -> builder.setSetQuota(CommandCodec.to(set));
            case Command.CountUse count -> builder.setCountUse(count.limit());
            case Command.Rename rename when rename.overEmpty() -> builder.setRenameOver(CommandCodec.to(rename));
            case Command.Rename rename -> builder.setRename(CommandCodec.to(rename));
            case Command.Remove remove ->
                builder.setRemove(StateMessages.Command.Remove.newBuilder()
                        .setPath(remove.path().toString())
                        .setRecursive(remove.recursive())
                        .setNow(remove.now()));
            case Command.SetTrash set -> builder.setSetTrash(set.seconds());
            case Command.Untrash untrash ->
                builder.setUntrash(StateMessages.Command.Untrash.newBuilder()
                        .setFile(StateCodec.to(untrash.file()))
                        .setPath(untrash.path().toString()));
            case Command.Discard discard ->
                builder.setDiscard(StateMessages.Command.Discard.newBuilder()
                        .setBeforeMs(discard.before().toEpochMilli())
                        .addAllIds(StateCodec.ids(discard.ids())));
            case Command.Dissolve dissolve ->
                builder.setDissolve(dissolve.limit()).setDissolveBytes(dissolve.bytes());
            case Command.Attest attest ->
                builder.setAttest(StateMessages.Command.Attest.newBuilder()
                        .setIndex(attest.index())
                        .setHash(attest.hash()));
            case Command.ForgetRemoved forget ->
                builder.setForgetRemoved(StateMessages.Command.ForgetRemoved.newBuilder()
                        .setBeforeMs(forget.before().toEpochMilli())
                        .addAllIds(StateCodec.ids(forget.ids())));
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

    private static StateMessages.Command.SetLimits to(Command.SetLimits set) {
        StateMessages.Command.SetLimits.Builder builder = StateMessages.Command.SetLimits.newBuilder();
        builder.setName(set.name());
        if (set.bytes() != null) {
            builder.setBytes(set.bytes());
        }
        if (set.files() != null) {
            builder.setFiles(set.files());
        }
        if (set.sessions() != null) {
            builder.setSessions(set.sessions());
        }
        if (set.requests() != null) {
            builder.setRequests(set.requests());
        }
        return builder.build();
    }

    private static Command.SetLimits from(StateMessages.Command.SetLimits message) {
        return new Command.SetLimits(
                message.getName(),
                message.hasBytes() ? message.getBytes() : null,
                message.hasFiles() ? message.getFiles() : null,
                message.hasSessions() ? message.getSessions() : null,
                message.hasRequests() ? message.getRequests() : null);
    }

    private static StateMessages.Command.SetQuota to(Command.SetQuota set) {
        StateMessages.Command.SetQuota.Builder builder = StateMessages.Command.SetQuota.newBuilder();
        builder.setDirectory(set.directory().toString());
        if (set.bytes() != null) {
            builder.setBytes(set.bytes());
        }
        if (set.files() != null) {
            builder.setFiles(set.files());
        }
        return builder.build();
    }

    private static StateMessages.Command.SetMetadata to(Command.SetMetadata set) {
        StateMessages.Command.SetMetadata.Builder builder = StateMessages.Command.SetMetadata.newBuilder()
                .setPath(set.path().toString());
        Integer mode = set.mode();
        if (mode != null) {
            builder.setMode(mode);
        }
        Instant modified = set.modified();
        if (modified != null) {
            builder.setModifiedMs(modified.toEpochMilli()).setModifiedNanos(StateCodec.nanosOf(modified));
        }
        Attributes attributes = set.attributes();
        if (attributes != null) {
            builder.setAttributes(AttributesCodec.row(attributes));
        }
        String owner = set.owner();
        if (owner != null) {
            builder.setOwner(owner);
        }
        return builder.build();
    }

    private static Command.SetMetadata from(StateMessages.Command.SetMetadata message, boolean any) {
        return new Command.SetMetadata(
                RemotePath.parse(message.getPath()),
                message.hasMode() ? message.getMode() : null,
                message.hasModifiedMs() ? StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()) : null,
                message.hasAttributes() ? AttributesCodec.from(message.getAttributes()) : null,
                any && message.hasOwner() ? message.getOwner() : null,
                any);
    }

    private static StateMessages.Command.MakeDirectory to(Command.MakeDirectory make) {
        StateMessages.Command.MakeDirectory.Builder builder = StateMessages.Command.MakeDirectory.newBuilder()
                .setPath(make.path().toString())
                .setOwner(make.owner());
        Integer mode = make.mode();
        if (mode != null) {
            builder.setMode(mode);
        }
        Instant modified = make.modified();
        if (modified != null) {
            builder.setModifiedMs(modified.toEpochMilli()).setModifiedNanos(StateCodec.nanosOf(modified));
        }
        return builder.build();
    }

    private static Command.MakeDirectory from(StateMessages.Command.MakeDirectory message) {
        return new Command.MakeDirectory(
                RemotePath.parse(message.getPath()),
                message.getOwner(),
                message.hasMode() ? message.getMode() : null,
                message.hasModifiedMs() ? StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()) : null);
    }

    private static StateMessages.Command.Copy to(Command.Copy copy) {
        StateMessages.Command.Copy.Builder builder = StateMessages.Command.Copy.newBuilder()
                .setFrom(copy.from().toString())
                .setTo(copy.to().toString())
                .setOwner(copy.owner());
        Integer mode = copy.mode();
        if (mode != null) {
            builder.setMode(mode);
        }
        Instant modified = copy.modified();
        if (modified != null) {
            builder.setModifiedMs(modified.toEpochMilli()).setModifiedNanos(StateCodec.nanosOf(modified));
        }
        Attributes attributes = copy.attributes();
        if (attributes != null) {
            builder.setAttributes(AttributesCodec.row(attributes));
        }
        return builder.build();
    }

    private static Command.Copy from(StateMessages.Command.Copy message) {
        return new Command.Copy(
                RemotePath.parse(message.getFrom()),
                RemotePath.parse(message.getTo()),
                message.getOwner(),
                message.hasModifiedMs() ? StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()) : null,
                message.hasMode() ? message.getMode() : null,
                message.hasAttributes() ? AttributesCodec.from(message.getAttributes()) : null);
    }

    private static StateMessages.Command.Create to(Command.Create create) {
        return StateMessages.Command.Create.newBuilder()
                .setPath(create.path().toString())
                .setOwner(create.owner())
                .setModifiedMs(create.modified().toEpochMilli())
                .setModifiedNanos(StateCodec.nanosOf(create.modified()))
                .setMode(create.mode())
                .setAttributes(AttributesCodec.row(create.attributes(), create.linkTarget()))
                .build();
    }

    private static Command.Create from(StateMessages.Command.Create message) {
        return new Command.Create(
                RemotePath.parse(message.getPath()),
                message.getOwner(),
                StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()),
                message.getMode(),
                AttributesCodec.from(message.getAttributes()),
                message.getAttributes().getLinkTarget());
    }

    private static StateMessages.Command.Rename to(Command.Rename rename) {
        return StateMessages.Command.Rename.newBuilder()
                .setFrom(rename.from().toString())
                .setTo(rename.to().toString())
                .setBounded(rename.bounded())
                .build();
    }

    private static int chunkSizeOf(Command.Reserve reserve) {
        ChunkSize chosen = reserve.chunkSize();
        return chosen == null ? 0 : chosen.bytes();
    }

    private static StateMessages.Command.Commit to(Command.Commit commit) {
        return StateMessages.Command.Commit.newBuilder()
                .setFile(StateCodec.to(commit.file()))
                .setPath(commit.path().toString())
                .setSize(commit.size())
                .setCrc32C(commit.crc32c())
                .setModifiedMs(commit.modified().toEpochMilli())
                .setModifiedNanos(StateCodec.nanosOf(commit.modified()))
                .setOwner(commit.owner())
                .setMode(commit.mode())
                .addAllRelied(commit.relied().stream().map(CommandCodec::to).toList())
                .setSha256(StateCodec.bytes(commit.sha256()))
                .addAllProofs(commit.proofs().stream().map(CommandCodec::to).toList())
                .addAllAttributes(AttributesCodec.to(commit.attributes()))
                .build();
    }

    static StateMessages.Command.Reliance to(Command.Reliance relied) {
        return StateMessages.Command.Reliance.newBuilder()
                .setNode(relied.node().number())
                .setLossEpoch(relied.lossEpoch())
                .build();
    }

    static Command.Reliance from(StateMessages.Command.Reliance message) {
        return new Command.Reliance(new NodeId(message.getNode()), message.getLossEpoch());
    }

    static StateMessages.Command.Proof to(Command.Proof proof) {
        return StateMessages.Command.Proof.newBuilder()
                .setCrc32C(proof.crc32c())
                .setSha256(StateCodec.bytes(proof.sha256()))
                .addAllReceipts(proof.receipts().stream().map(StateCodec::to).toList())
                .build();
    }

    static Command.Proof from(StateMessages.Command.Proof message) {
        return new Command.Proof(
                message.getCrc32C(),
                Sha256.fromBytes(message.getSha256().toByteArray()),
                message.getReceiptsList().stream().map(StateCodec::from).toList());
    }

    public static Command from(StateMessages.Command message) {
        return switch (message.getKindCase()) {
            case FOUND ->
                new Command.Found(
                        new ClusterId(StateCodec.uuid(message.getFound().getCluster())),
                        new ChunkSize(message.getFound().getChunkSize()),
                        message.getFound().getReplicasWanted(),
                        StateCodec.uuid(message.getFound().getNodeKey()),
                        Address.parse(message.getFound().getAddress()),
                        message.getFound().getWeight(),
                        message.getFound().getZone(),
                        message.getFound().getTrashSeconds());
            case REVOKE_TOKEN -> new Command.RevokeToken(message.getRevokeToken());
            case ISSUE_TOKEN ->
                new Command.IssueToken(
                        message.getIssueToken().getSecretHash(),
                        Instant.ofEpochMilli(message.getIssueToken().getExpiresMs()),
                        message.getIssueToken().getUses(),
                        Duration.ofMillis(message.getIssueToken().getValidMs()));
            case JOIN ->
                new Command.Join(
                        message.getJoin().getSecretHash(),
                        StateCodec.uuid(message.getJoin().getNodeKey()),
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
            case PUBLISH_LAYOUT -> new Command.PublishLayout(StateCodec.from(message.getPublishLayout()));
            case SETTLE_LAYOUT -> new Command.SettleLayout(message.getSettleLayout());
            case REARRANGE -> LayoutChangeCodec.from(message.getRearrange());
            case MEASURE ->
                new Command.Measure(
                        new NodeId(message.getMeasure().getNode()),
                        message.getMeasure().getCapacityBytes());
            case SET_REBALANCING -> LayoutChangeCodec.from(message.getSetRebalancing());
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
            case REKEY ->
                new Command.Rekey(
                        message.getRekey().getBefore(),
                        StateCodec.from(message.getRekey().getSuccession()));
            case REWRAP ->
                new Command.Rewrap(
                        message.getRewrap().getName(),
                        message.getRewrap().getMark(),
                        secret(message.getRewrap().getSecret()));
            case REMOVE_USER -> new Command.RemoveUser(message.getRemoveUser());
            case SET_RIGHTS ->
                new Command.SetRights(
                        message.getSetRights().getName(),
                        StateCodec.from(message.getSetRights().getGrant()));
            case END_SESSION -> new Command.EndSession(new SessionId(message.getEndSession()));
            case RESERVE ->
                new Command.Reserve(
                        message.getReserve().getCount(),
                        message.getReserve().getSize(),
                        message.getReserve().getResumeKey(),
                        message.getReserve().getChunkSize() == 0
                                ? null
                                : new ChunkSize(message.getReserve().getChunkSize()));
            case ADOPT ->
                new Command.Adopt(
                        StateCodec.from(message.getAdopt().getFile()),
                        message.getAdopt().getResumeKey());
            case COMMIT -> CommandCodec.from(message.getCommit());
            case SET_METADATA -> CommandCodec.from(message.getSetMetadata(), false);
            case SET_METADATA_OF_ANY -> CommandCodec.from(message.getSetMetadataOfAny(), true);
            case COPY -> CommandCodec.from(message.getCopy());
            case CHANGE_FILE -> ChangeCodec.from(message.getChangeFile());
            case CREATE -> CommandCodec.from(message.getCreate());
            case BEGIN_UPLOAD -> UploadCodec.from(message.getBeginUpload());
            case PUT_PIECE -> UploadCodec.from(message.getPutPiece());
            case COMPLETE_UPLOAD -> UploadCodec.from(message.getCompleteUpload());
            case ABORT_UPLOAD -> new Command.AbortUpload(StateCodec.from(message.getAbortUpload()));
            case ABANDON -> new Command.Abandon(StateCodec.from(message.getAbandon()));
            case MAKE_DIRECTORY_WITH -> CommandCodec.from(message.getMakeDirectoryWith());
            case MAKE_DIRECTORY -> new Command.MakeDirectory(RemotePath.parse(message.getMakeDirectory()));
            case RENAME ->
                new Command.Rename(
                        RemotePath.parse(message.getRename().getFrom()),
                        RemotePath.parse(message.getRename().getTo()),
                        message.getRename().getBounded(),
                        false);
            case RENAME_OVER ->
                new Command.Rename(
                        RemotePath.parse(message.getRenameOver().getFrom()),
                        RemotePath.parse(message.getRenameOver().getTo()),
                        true,
                        true);
            case REMOVE ->
                new Command.Remove(
                        RemotePath.parse(message.getRemove().getPath()),
                        message.getRemove().getRecursive(),
                        message.getRemove().getNow());
            case SET_QUOTA ->
                new Command.SetQuota(
                        RemotePath.parse(message.getSetQuota().getDirectory()),
                        message.getSetQuota().hasBytes() ? message.getSetQuota().getBytes() : null,
                        message.getSetQuota().hasFiles() ? message.getSetQuota().getFiles() : null);
            case ADD_GROUP -> new Command.AddGroup(message.getAddGroup());
            case REMOVE_GROUP -> new Command.RemoveGroup(message.getRemoveGroup());
            case SET_MEMBER ->
                new Command.SetMember(
                        message.getSetMember().getGroup(),
                        message.getSetMember().getUser(),
                        message.getSetMember().getMember());
            case SET_LIMITS -> CommandCodec.from(message.getSetLimits());
            case COUNT_USE -> new Command.CountUse(message.getCountUse());
            case SET_TRASH -> new Command.SetTrash(message.getSetTrash());
            case UNTRASH ->
                new Command.Untrash(
                        StateCodec.from(message.getUntrash().getFile()),
                        RemotePath.parse(message.getUntrash().getPath()));
            case DISCARD ->
                new Command.Discard(
                        Instant.ofEpochMilli(message.getDiscard().getBeforeMs()),
                        StateCodec.fileIds(message.getDiscard().getIdsList()));
            case DISSOLVE -> new Command.Dissolve(message.getDissolve(), message.getDissolveBytes());
            case ATTEST ->
                new Command.Attest(
                        message.getAttest().getIndex(), message.getAttest().getHash());
            case FORGET_REMOVED ->
                new Command.ForgetRemoved(
                        Instant.ofEpochMilli(message.getForgetRemoved().getBeforeMs()),
                        StateCodec.fileIds(message.getForgetRemoved().getIdsList()));
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
            case KIND_NOT_SET -> throw StateCodec.unknown("command");
        };
    }

    private static Command.Commit from(StateMessages.Command.Commit message) {
        return new Command.Commit(
                StateCodec.from(message.getFile()),
                RemotePath.parse(message.getPath()),
                message.getSize(),
                message.getCrc32C(),
                StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()),
                message.getOwner(),
                message.getMode(),
                message.getReliedList().stream().map(CommandCodec::from).toList(),
                StateCodec.sha256(message.getSha256()),
                message.getProofsList().stream().map(CommandCodec::from).toList(),
                AttributesCodec.from(message.getAttributesList()));
    }

    public static StateMessages.Operation to(Operation operation) {
        SessionId session = operation.session();
        return StateMessages.Operation.newBuilder()
                .setSession(session == null ? 0 : session.number())
                .setSequence(operation.sequence())
                .setAnsweredBelow(operation.answeredBelow())
                .setCommand(CommandCodec.to(operation.command()))
                .addAllConditions(
                        operation.conditions().stream().map(CommandCodec::to).toList())
                .build();
    }

    private static StateMessages.Condition to(Condition condition) {
        StateMessages.Condition.Builder builder = StateMessages.Condition.newBuilder()
                .setPath(condition.path().toString())
                .setDirectory(condition.expected() == Condition.Expected.DIRECTORY);
        FileId content = condition.content();
        return content == null
                ? builder.build()
                : builder.setContent(StateCodec.to(content)).build();
    }

    private static Condition from(StateMessages.Condition message) {
        RemotePath path = RemotePath.parse(message.getPath());
        if (message.hasContent()) {
            return Condition.unchanged(path, StateCodec.from(message.getContent()));
        }
        return message.getDirectory() ? Condition.directory(path) : Condition.absent(path);
    }

    public static Operation from(StateMessages.Operation message) {
        return new Operation(
                message.getSession() == 0 ? null : new SessionId(message.getSession()),
                message.getSequence(),
                message.getAnsweredBelow(),
                CommandCodec.from(message.getCommand()),
                message.getConditionsList().stream().map(CommandCodec::from).toList());
    }
}
