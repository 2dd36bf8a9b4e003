from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_thread_views')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Doubt',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='doubts', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='doubts', on_delete=OnDelete.CASCADE)),
                ('reason', fields.CharField(max_length=14)),
                ('note', fields.CharField(default='', db_default='', max_length=300)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'doubts', 'app': 'models', 'unique_together': (('post', 'member'),), 'pk_attr': 'id', 'table_description': 'One member did not find a post useful, and says why; nobody but its author and editors reads it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Mask',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='mask', on_delete=OnDelete.CASCADE)),
                ('place', fields.CharField(max_length=40)),
                ('number', fields.IntField(default=1, db_default=1)),
                ('owner', fields.CharField(max_length=64)),
                ('sealed', fields.TextField(unique=False)),
                ('levels', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('shared_by', fields.IntField(default=0, db_default=0)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('checked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'masks', 'app': 'models', 'unique_together': (('owner', 'place'), ('place', 'number')), 'pk_attr': 'id', 'table_description': 'A member behind a pseudonym in one place, such as "thread:17".'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeSwitch',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='notice_switches', on_delete=OnDelete.CASCADE)),
                ('because', fields.CharField(max_length=14)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice_switches', 'app': 'models', 'unique_together': (('member', 'because'),), 'pk_attr': 'id', 'table_description': 'A member wants no notices for a reason (`because` of Notice) that is nothing one follows.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PostPlace',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('thread', fields.ForeignKeyField('models.Thread', source_field='thread_id', db_constraint=True, to_field='id', related_name='post_places', on_delete=OnDelete.CASCADE)),
                ('number', fields.IntField()),
                ('post', fields.ForeignKeyField('models.Post', source_field='post_id', db_constraint=True, to_field='id', related_name='places', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'post_places', 'app': 'models', 'unique_together': (('thread', 'number'),), 'pk_attr': 'id', 'table_description': 'Where a post stood before it was moved to another thread: the address that people keep leads to it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ReadingList',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='reading_lists', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=80)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='reading_lists', on_delete=OnDelete.SET_NULL)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'reading_lists', 'app': 'models', 'unique_together': (('member', 'name'),), 'pk_attr': 'id', 'table_description': 'A folder of bookmarks; with an `organisation` its members may read it, too.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Bookmark',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='bookmarks', on_delete=OnDelete.CASCADE)),
                ('target', fields.CharField(max_length=12)),
                ('target_id', fields.BigIntField()),
                ('list', fields.ForeignKeyField('models.ReadingList', source_field='list_id', null=True, db_constraint=True, to_field='id', related_name='bookmarks', on_delete=OnDelete.SET_NULL)),
                ('note', fields.CharField(default='', db_default='', max_length=500)),
                ('remind_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reminded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bookmarks', 'app': 'models', 'unique_together': (('member', 'target', 'target_id'),), 'indexes': [Index(fields=['member', 'id']), Index(fields=['remind_at'])], 'pk_attr': 'id', 'table_description': 'Something a member wants to find again, with a note and perhaps a reminder; `target` is thread, post or article.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ThreadChange',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('thread', fields.ForeignKeyField('models.Thread', source_field='thread_id', db_constraint=True, to_field='id', related_name='changes', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=12)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='thread_changes', on_delete=OnDelete.CASCADE)),
                ('reason', fields.CharField(default='', db_default='', max_length=200)),
                ('before', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('undone_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'thread_changes', 'app': 'models', 'indexes': [Index(fields=['thread', 'id'])], 'pk_attr': 'id', 'table_description': 'Something that was done to a whole thread and can be taken back for a while; `before` is what it was.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Unmasking',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('mask', fields.ForeignKeyField('models.Mask', source_field='mask_id', db_constraint=True, to_field='id', related_name='unmaskings', on_delete=OnDelete.CASCADE)),
                ('url', fields.CharField(default='', db_default='', max_length=300)),
                ('reason', fields.CharField(max_length=500)),
                ('state', fields.CharField(default='asked', db_default='asked', max_length=10)),
                ('asked_by', fields.ForeignKeyField('models.Member', source_field='asked_by_id', db_constraint=True, to_field='id', related_name='unmaskings', on_delete=OnDelete.CASCADE)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Member', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='unmaskings_decided', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('note', fields.CharField(default='', db_default='', max_length=500)),
            ],
            options={'table': 'unmaskings', 'app': 'models', 'indexes': [Index(fields=['state', 'asked_at']), Index(fields=['mask'])], 'pk_attr': 'id', 'table_description': 'A request to learn who is behind a mask: `state` is asked, approved or refused; one asks, another one decides.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Upload',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('models.Member', source_field='owner_id', db_constraint=True, to_field='id', related_name='uploads', on_delete=OnDelete.CASCADE)),
                ('sha256', fields.CharField(max_length=64)),
                ('kind', fields.CharField(max_length=8)),
                ('media_type', fields.CharField(max_length=100)),
                ('name', fields.CharField(max_length=160)),
                ('size', fields.IntField()),
                ('width', fields.IntField(null=True)),
                ('height', fields.IntField(null=True)),
                ('stripped', fields.CharField(default='', db_default='', max_length=160)),
                ('alt', fields.CharField(default='', db_default='', max_length=300)),
                ('gate', fields.CharField(default='', db_default='', max_length=12)),
                ('gate_ref', fields.CharField(default='', db_default='', max_length=160)),
                ('gate_on', fields.DateField(null=True)),
                ('state', fields.CharField(default='ready', db_default='ready', max_length=8)),
                ('reusable', fields.BooleanField(default=False, db_default=False)),
                ('title', fields.CharField(default='', db_default='', max_length=160)),
                ('licence', fields.CharField(default='', db_default='', max_length=40)),
                ('downloads', fields.IntField(default=0, db_default=0)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('reviewed_by', fields.ForeignKeyField('models.Member', source_field='reviewed_by_id', null=True, db_constraint=True, to_field='id', related_name='uploads_reviewed', on_delete=OnDelete.SET_NULL)),
                ('reviewed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'uploads', 'app': 'models', 'indexes': [Index(fields=['owner', 'id']), Index(fields=['sha256']), Index(fields=['state', 'id']), Index(fields=['reusable', 'id'])], 'pk_attr': 'id', 'table_description': 'A file that somebody uploaded; the bytes lie under their `sha256`, once however often they are uploaded.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='UploadUse',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('upload', fields.ForeignKeyField('models.Upload', source_field='upload_id', db_constraint=True, to_field='id', related_name='uses', on_delete=OnDelete.CASCADE)),
                ('target', fields.CharField(max_length=8)),
                ('target_id', fields.BigIntField()),
            ],
            options={'table': 'upload_uses', 'app': 'models', 'unique_together': (('upload', 'target', 'target_id'),), 'indexes': [Index(fields=['target', 'target_id'])], 'pk_attr': 'id', 'table_description': 'Where an upload is shown: who may read that may fetch the file. `target` is post or article.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='CaseStudy',
            name='evidence',
            field=fields.CharField(default='', db_default='', max_length=2),
        ),
        ops.AddField(
            model_name='CaseStudy',
            name='evidence_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='CaseStudy',
            name='evidence_by',
            field=fields.ForeignKeyField('models.Member', source_field='evidence_by_id', null=True, db_constraint=True, to_field='id', related_name='cases_graded', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='CaseStudy',
            name='evidence_why',
            field=fields.CharField(default='', db_default='', max_length=300),
        ),
        ops.AlterModelOptions(
            name='Category',
            options={'table': 'categories', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A broad place for threads; `template` is what stands in the text of a new one, `hint` what is asked of it.'},
        ),
        ops.AddField(
            model_name='Category',
            name='hint',
            field=fields.CharField(default='', db_default='', max_length=300),
        ),
        ops.AddField(
            model_name='Category',
            name='template',
            field=fields.TextField(default='', db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Notice',
            name='because',
            field=fields.CharField(default='', db_default='', max_length=14),
        ),
        ops.AddField(
            model_name='Notice',
            name='because_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AlterModelOptions(
            name='ReadMark',
            options={'table': 'read_marks', 'app': 'models', 'unique_together': (('member', 'thread'),), 'pk_attr': 'id', 'table_description': 'The highest post number a member has seen in a thread, and for how many seconds they read in it.'},
        ),
        ops.AddField(
            model_name='ReadMark',
            name='seconds',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Thread',
            name='banner_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Thread',
            name='closes_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Thread',
            name='merged_into',
            field=fields.ForeignKeyField('models.Thread', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Thread',
            name='summary_post_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Thread',
            name='summary_upto',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddIndex(
            model_name='Thread',
            index=Index(fields=['closes_at']),
        ),
        ops.AddIndex(
            model_name='Thread',
            index=Index(fields=['banner_until']),
        ),
        ops.RunSQL('CREATE INDEX "fk_unmaskings_asked_by_id" ON "unmaskings" ("asked_by_id")'),
        ops.RunSQL('CREATE INDEX "fk_unmaskings_decided_by_id" ON "unmaskings" ("decided_by_id") WHERE "decided_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_threads_merged_into_id" ON "threads" ("merged_into_id") WHERE "merged_into_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_thread_changes_member_id" ON "thread_changes" ("member_id")'),
        ops.RunSQL('CREATE INDEX "fk_case_studies_evidence_by_id" ON "case_studies" ("evidence_by_id") WHERE "evidence_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_post_places_post_id" ON "post_places" ("post_id")'),
        ops.RunSQL('CREATE INDEX "fk_doubts_member_id" ON "doubts" ("member_id")'),
        ops.RunSQL('CREATE INDEX "fk_reading_lists_organisation_id" ON "reading_lists" ("organisation_id") WHERE "organisation_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_bookmarks_list_id" ON "bookmarks" ("list_id") WHERE "list_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_uploads_reviewed_by_id" ON "uploads" ("reviewed_by_id") WHERE "reviewed_by_id" IS NOT NULL'),
    ]
