from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0019_directory')]

    initial = False

    operations = [
        ops.CreateModel(
            name='OrganisationRequest',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='requests', on_delete=OnDelete.SET_NULL)),
                ('asked_by', fields.ForeignKeyField('models.Member', source_field='asked_by_id', null=True, db_constraint=True, to_field='id', related_name='organisation_requests', on_delete=OnDelete.SET_NULL)),
                ('region', fields.ForeignKeyField('models.Region', source_field='region_id', null=True, db_constraint=True, to_field='id', related_name='requests', on_delete=OnDelete.SET_NULL)),
                ('name', fields.CharField(max_length=120)),
                ('domain', fields.CharField(default='', db_default='', max_length=120)),
                ('why', fields.TextField(default='', db_default='', unique=False)),
                ('state', fields.CharField(default='waiting', db_default='waiting', max_length=10)),
                ('note', fields.TextField(default='', db_default='', unique=False)),
                ('noted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('answer', fields.TextField(default='', db_default='', unique=False)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('words', fields.TextField(default='', db_default='', unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Member', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='decided_requests', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'organisation_requests', 'app': 'models', 'indexes': [Index(fields=['state', 'created_at']), Index(fields=['organisation', 'state']), Index(fields=['asked_by', 'state'])], 'pk_attr': 'id', 'table_description': 'That an organisation asks to join: `state` is waiting, approved, declined or withdrawn.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='QuestionAsk',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('thread', fields.ForeignKeyField('models.Thread', source_field='thread_id', db_constraint=True, to_field='id', related_name='asks', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='asked_for', on_delete=OnDelete.CASCADE)),
                ('asked_by', fields.ForeignKeyField('models.Member', source_field='asked_by_id', null=True, db_constraint=True, to_field='id', related_name='asks', on_delete=OnDelete.SET_NULL)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'question_asks', 'app': 'models', 'unique_together': (('thread', 'member'),), 'indexes': [Index(fields=['member', 'at'])], 'pk_attr': 'id', 'table_description': 'That somebody who looks after a question asked a member to help with it; nobody is asked twice.'},
            bases=['Model'],
        ),
        ops.RunSQL('CREATE INDEX "fk_organisation_requests_decided_by_id" ON "organisation_requests" ("decided_by_id") WHERE "decided_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_organisation_requests_region_id" ON "organisation_requests" ("region_id") WHERE "region_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_question_asks_asked_by_id" ON "question_asks" ("asked_by_id") WHERE "asked_by_id" IS NOT NULL'),
    ]
