from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_article_audience')]

    initial = False

    operations = [
        ops.CreateModel(
            name='PlatformChange',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', related_name='changes', on_delete=OnDelete.CASCADE)),
                ('happened_on', fields.DateField()),
                ('title', fields.CharField(max_length=160)),
                ('text', fields.TextField(default='', db_default='', unique=False)),
                ('weight', fields.CharField(default='major', db_default='major', max_length=5)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='platform_changes', on_delete=OnDelete.SET_NULL)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'platform_changes', 'app': 'models', 'indexes': [Index(fields=['platform', 'recorded_at'])], 'pk_attr': 'id', 'table_description': 'Something that changed on a platform, with its day: an interface closed, a rule was rewritten.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='SourceLink',
            name='changed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='SourceLink',
            name='compared',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.RunSQL('CREATE INDEX "fk_platform_changes_by_id" ON "platform_changes" ("by_id") WHERE "by_id" IS NOT NULL'),
    ]
