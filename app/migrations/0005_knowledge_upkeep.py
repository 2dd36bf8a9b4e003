from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0004_knowledge')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ArticleReads',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='reads', on_delete=OnDelete.CASCADE)),
                ('day', fields.DateField()),
                ('reads', fields.IntField(default=0, db_default=0)),
            ],
            options={'table': 'article_reads', 'app': 'models', 'unique_together': (('article', 'day'),), 'pk_attr': 'id', 'table_description': 'How often an article was opened on one day, by whomever.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Assignment',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('subject', fields.CharField(max_length=7)),
                ('subject_id', fields.BigIntField()),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='assignments', on_delete=OnDelete.CASCADE)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='assigned', on_delete=OnDelete.SET_NULL)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'assignments', 'app': 'models', 'unique_together': (('subject', 'subject_id'),), 'indexes': [Index(fields=['member', 'subject'])], 'pk_attr': 'id', 'table_description': 'An editor has taken on, or was given, a nominated thread or an article; `subject` is thread or article.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CollectionProgress',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('item', fields.ForeignKeyField('models.CollectionItem', source_field='item_id', db_constraint=True, to_field='id', related_name='done_by', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='items_done', on_delete=OnDelete.CASCADE)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'collection_progress', 'app': 'models', 'unique_together': (('member', 'item'),), 'pk_attr': 'id', 'table_description': 'A member has worked through one item of a collection.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LinkedPage',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='linked_pages', on_delete=OnDelete.CASCADE)),
                ('url', fields.CharField(max_length=500)),
                ('status', fields.IntField(default=0, db_default=0)),
                ('checked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('failing_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'linked_pages', 'app': 'models', 'unique_together': (('article', 'url'),), 'indexes': [Index(fields=['checked_at'])], 'pk_attr': 'id', 'table_description': 'A page elsewhere that a published article links to.'},
            bases=['Model'],
        ),
        ops.AlterField(
            model_name='Article',
            name='kind',
            field=fields.CharField(default='how_to', db_default='how_to', max_length=12),
        ),
        ops.AlterModelOptions(
            name='CollectionItem',
            options={'table': 'collection_items', 'app': 'models', 'unique_together': (('collection', 'article'), ('collection', 'thread')), 'indexes': [Index(fields=['collection', 'position'])], 'pk_attr': 'id', 'table_description': 'An article, a thread, or a page elsewhere (`url`, `title`) in a collection; positions rise, and may have gaps.'},
        ),
        ops.AddField(
            model_name='CollectionItem',
            name='title',
            field=fields.CharField(default='', db_default='', max_length=160),
        ),
        ops.AddField(
            model_name='CollectionItem',
            name='url',
            field=fields.CharField(default='', db_default='', max_length=500),
        ),
        ops.AlterModelOptions(
            name='Tag',
            options={'table': 'tags', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A topic; a synonym points at the tag that is meant, a narrower one at its parent.'},
        ),
        ops.AddField(
            model_name='Tag',
            name='deprecated_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Tag',
            name='deprecated_why',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='Tag',
            name='parent',
            field=fields.ForeignKeyField('models.Tag', source_field='parent_id', null=True, db_constraint=True, to_field='id', related_name='narrower', on_delete=OnDelete.SET_NULL),
        ),
        ops.RunSQL('CREATE INDEX "fk_tags_parent_id" ON "tags" ("parent_id") WHERE "parent_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_collection_progress_item_id" ON "collection_progress" ("item_id")'),
        ops.RunSQL('CREATE INDEX "fk_assignments_by_id" ON "assignments" ("by_id") WHERE "by_id" IS NOT NULL'),
    ]
