from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0021_console')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Consent',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='consents', on_delete=OnDelete.CASCADE)),
                ('what', fields.CharField(max_length=12)),
                ('version', fields.IntField(default=0, db_default=0)),
                ('value', fields.CharField(max_length=12)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'consents', 'app': 'models', 'indexes': [Index(fields=['member', 'what', 'id'])], 'pk_attr': 'id', 'table_description': 'What a member said, and when; a row is never changed, the newest counts.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DataExport',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='data_export', on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(default='asked', db_default='asked', max_length=8)),
                ('part', fields.CharField(default='', db_default='', max_length=40)),
                ('done', fields.IntField(default=0, db_default=0)),
                ('total', fields.IntField(default=0, db_default=0)),
                ('file', fields.CharField(default='', db_default='', max_length=80)),
                ('size', fields.BigIntField(default=0, db_default=0)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ready_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'data_exports', 'app': 'models', 'indexes': [Index(fields=['expires_at'])], 'pk_attr': 'id', 'table_description': 'A copy of their data that a member asked for: `state` is asked, making, ready or failed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Departure',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='departures', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=8)),
                ('state', fields.CharField(default='waiting', db_default='waiting', max_length=9)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='departures_ordered', on_delete=OnDelete.SET_NULL)),
                ('was', fields.TextField(default='', db_default='', unique=False)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'departures', 'app': 'models', 'indexes': [Index(fields=['member', 'state']), Index(fields=['state', 'due_at'])], 'pk_attr': 'id', 'table_description': 'A member leaves: `kind` is erase or withdraw (what they wrote goes, too).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LegalText',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('document', fields.CharField(max_length=12)),
                ('version', fields.IntField()),
                ('language', fields.CharField(default='en', db_default='en', max_length=8)),
                ('title', fields.CharField(max_length=120)),
                ('text', fields.TextField(unique=False)),
                ('is_significant', fields.BooleanField(default=True, db_default=True)),
                ('effective_on', fields.DateField()),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='legal_texts', on_delete=OnDelete.SET_NULL)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'legal_texts', 'app': 'models', 'unique_together': (('document', 'version', 'language'),), 'pk_attr': 'id', 'table_description': 'A version of a document (guidelines, privacy or terms) in a language; it is never changed once it is there.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RetiredHandle',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('hash', fields.CharField(unique=True, max_length=64)),
            ],
            options={'table': 'retired_handles', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A handle that nobody gets again, as a keyed hash: old links must not lead to a stranger.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Contributor',
            name='attribution',
            field=fields.CharField(default='', db_default='', max_length=120),
        ),
        ops.AlterModelOptions(
            name='Member',
            options={'table': 'members', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A person: `state` is unverified, active, staged (known from an import), suspended, leaving or gone.'},
        ),
        ops.AddField(
            model_name='Member',
            name='legal_upto',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.RunSQL('CREATE INDEX "fk_legal_texts_by_id" ON "legal_texts" ("by_id") WHERE "by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_departures_by_id" ON "departures" ("by_id") WHERE "by_id" IS NOT NULL'),
    ]
