from core.management.records.service.batch_records import BatchRecords
from core.management.records.service.create_record import CreateRecord
from core.management.records.service.delete_record import DeleteRecord
from core.management.records.service.export_records import ExportRecords
from core.management.records.service.get_import import GetImport
from core.management.records.service.get_record import GetRecord
from core.management.records.service.import_records import ImportRecords
from core.management.records.service.list_record_history import ListRecordHistory
from core.management.records.service.list_records import ListRecords
from core.management.records.service.purge_imports import PurgeImports
from core.management.records.service.put_record import PutRecord
from core.management.records.service.restore_record import RestoreRecord
from core.management.records.service.revert_record import RevertRecord
from core.management.records.service.run_import import RunImport
from core.management.records.service.update_record import UpdateRecord
from core.management.records.service.verify_records import VerifyRecords
from core.management.records.service.watch_records import WatchRecords

__all__ = (
    "BatchRecords",
    "CreateRecord",
    "DeleteRecord",
    "ExportRecords",
    "GetImport",
    "GetRecord",
    "ImportRecords",
    "ListRecordHistory",
    "ListRecords",
    "PurgeImports",
    "PutRecord",
    "RestoreRecord",
    "RevertRecord",
    "RunImport",
    "UpdateRecord",
    "VerifyRecords",
    "WatchRecords",
)
